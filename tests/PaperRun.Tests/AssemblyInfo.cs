using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

// Each test starts up to seven processes; side by side they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
