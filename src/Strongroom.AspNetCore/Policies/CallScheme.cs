namespace Strongroom.AspNetCore;

/// <summary>The authentication scheme of call tokens. Never the application's default scheme.</summary>
internal static class CallScheme
{
    internal const string Name = "Strongroom.Calls";
}
