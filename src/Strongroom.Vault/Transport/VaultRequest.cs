using Strongroom.Backends.Wire;

namespace Strongroom.Vault.Transport;

/// <summary>One request: what is asked, and what may be done when it fails. It holds no token.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Below <c>/v1/</c>, each segment escaped.</param>
internal sealed record VaultRequest(HttpMethod Method, string Path)
{
    internal static readonly TimeSpan LongestExchange = TimeSpan.FromSeconds(5);

    private const int LargestAnswer = 4 * 1024 * 1024;

    /// <summary>The body; the caller erases it.</summary>
    internal ErasedBuffer? Body { get; init; }

    /// <summary>The secret that it is about, for errors.</summary>
    internal SecretName? About { get; init; }

    /// <summary>True where a second arrival does no harm, so that another address may be tried after this one took it.</summary>
    internal bool IsRepeatable { get; init; }

    /// <summary>Whether the answer's date is read, which costs and is rarely wanted.</summary>
    internal bool AsksTime { get; init; }

    /// <summary>How many bytes of answer are taken.</summary>
    internal int MaxAnswer { get; init; } = LargestAnswer;

    /// <summary>Where it goes at an address; kept, since a request may be sent many times.</summary>
    internal Uri UriAt(Uri address)
    {
        if (_uri is { } kept && ReferenceEquals(kept.Address, address))
            return kept.Uri;
        var uri = new Uri(address, $"/v1/{Path}");
        _uri = new CachedUri(address, uri);
        return uri;
    }

    private sealed record CachedUri(Uri Address, Uri Uri);

    private CachedUri? _uri;

    internal static VaultRequest Get(string path, SecretName? about = null) =>
        new(HttpMethod.Get, path) { About = about, IsRepeatable = true };

    internal static VaultRequest Post(string path, ErasedBuffer? body, SecretName? about = null) =>
        new(HttpMethod.Post, path) { Body = body, About = about };
}
