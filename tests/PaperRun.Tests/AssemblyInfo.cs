using System.Runtime.Versioning;
using Xunit.Sdk;
using Xunit.v3;

[assembly: SupportedOSPlatform("linux")]

// Each test starts up to seven processes; side by side they would only wait for each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
