namespace Strongroom.AspNetCore;

/// <summary>Which secrets a client sends, how, and how its server says no.</summary>
public sealed class BoundCredentialOptions
{
    /// <summary>The secrets that are read for each request; those of one bundle are of one version.</summary>
    public required IReadOnlyList<SecretName> Secrets { get; init; }

    /// <summary>Gives the request headers. Called for each attempt; keep nothing of what it reveals.</summary>
    public required Func<SecretSet, IEnumerable<KeyValuePair<string, string>>> Headers { get; init; }

    /// <summary>
    /// Tells whether an answer is the server's own way to reject the credential: given a 401 and the first 64 KiB of its body.
    /// Not a proxy's page, not a refusal for another reason. Default: a 401 with a JSON object.
    /// </summary>
    public Func<HttpResponseMessage, ReadOnlyMemory<byte>, bool> IsRejection { get; init; } = RejectionForms.IsJsonObject;

    /// <summary>
    /// Tells whether a 403 may mean that the credential is not accepted: given it and the first 64 KiB of its body. It counts as
    /// a suspicion only, which the backend and the bundle's probe settle. Default: never, since a 403 is about what was asked
    /// for.
    /// </summary>
    public Func<HttpResponseMessage, ReadOnlyMemory<byte>, bool> IsSuspicion { get; init; } = static (_, _) => false;

    /// <summary>The largest answer that is read; a longer one is an <see cref="HttpRequestException"/>. Default: 8 MiB.</summary>
    public int MaxAnswerBytes { get; init; } = SignedCallHandler.MaxAnswerBytes;
}
