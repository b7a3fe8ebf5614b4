namespace Strongroom.AspNetCore;

/// <summary>Which secrets a client sends, in which headers, and how its server rejects them.</summary>
public sealed class BoundCredentialOptions
{
    /// <summary>The secrets that are read for each request; those of one bundle are of one version.</summary>
    public required IReadOnlyList<SecretName> Secrets { get; init; }

    /// <summary>Returns the request headers. Called for each attempt; do not keep the revealed values.</summary>
    public required Func<SecretSet, IEnumerable<KeyValuePair<string, string>>> Headers { get; init; }

    /// <summary>
    /// Tells whether a response with status 401 is the server's own way to reject the credential, rather than a proxy's page or a
    /// refusal for another reason. Given the response and the first 64 KiB of its body. Default: the body is a JSON object.
    /// </summary>
    public Func<HttpResponseMessage, ReadOnlyMemory<byte>, bool> IsRejection { get; init; } = RejectionForms.IsJsonObject;

    /// <summary>
    /// Tells whether a response with status 403 may mean that the credential is rejected. Given the response and the first 64 KiB
    /// of its body. It counts as a suspicion only, which the backend and the bundle's probe resolve. Default: never, since a 403
    /// usually concerns the requested resource.
    /// </summary>
    public Func<HttpResponseMessage, ReadOnlyMemory<byte>, bool> IsSuspicion { get; init; } = static (_, _) => false;

    /// <summary>
    /// The largest response that is read; a longer one is an <see cref="HttpRequestException"/>. Default: 8 MiB.
    /// </summary>
    public int MaxResponseBytes { get; init; } = SignedCallHandler.MaxResponseBytes;
}
