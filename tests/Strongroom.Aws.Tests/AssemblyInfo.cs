using System.Runtime.Versioning;
using Strongroom.Aws.Tests.Support;

[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(MotoFixture))]
