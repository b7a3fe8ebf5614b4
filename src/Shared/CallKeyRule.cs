namespace Strongroom.AspNetCore;

/// <summary>
/// Which secrets are call keys, and how long they must be: for the service that uses them and for <c>doctor</c>.
/// </summary>
internal static class CallKeyRule
{
    internal const string Folder = "calls";

    internal const int MinBytes = 32;

    internal static bool IsKey(SecretName name) => name.Path.Split('/') is [Folder, _, _];

    internal static bool IsShort(SecretValue value) => value.ByteCount < MinBytes;
}
