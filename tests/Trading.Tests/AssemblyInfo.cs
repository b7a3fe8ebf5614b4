using System.Runtime.Versioning;

// The peers' servers, and what the services run on.
[assembly: SupportedOSPlatform("linux")]
