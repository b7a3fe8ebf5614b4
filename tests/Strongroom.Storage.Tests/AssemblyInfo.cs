using System.Runtime.Versioning;
using Strongroom.Storage.Tests.Support;

[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(PostgresFixture))]
