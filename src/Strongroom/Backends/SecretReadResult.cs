using System.Diagnostics.CodeAnalysis;

namespace Strongroom.Backends;

/// <summary>The answer to one <see cref="SecretRequest"/>: every value of the bundle in one version, or one error.</summary>
public sealed class SecretReadResult
{
    private SecretReadResult(SecretRequest request) => Request = request;

    /// <summary>What was asked.</summary>
    public SecretRequest Request { get; }

    /// <summary>One value for each of the request's places, in that order; null where there is an error.</summary>
    public IReadOnlyList<SecretValue>? Values { get; private init; }

    /// <summary>Why there are no values.</summary>
    public SecretException? Error { get; private init; }

    /// <summary>True where there are values.</summary>
    [MemberNotNullWhen(true, nameof(Values))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Values is not null;

    /// <summary>The version that the values are of.</summary>
    public SecretVersion Version { get; private init; }

    /// <summary>When that version was made, where the backend knows.</summary>
    public DateTimeOffset? CreatedAt { get; private init; }

    /// <summary>The backend's own id of the exchange, for the audit.</summary>
    public string? RequestId { get; private init; }

    /// <summary>
    /// False where something between us and the backend answered, such as a caching proxy: it proves nothing now.
    /// </summary>
    public bool Validates { get; private init; } = true;

    /// <summary>An answer with values. The receiver owns them.</summary>
    public static SecretReadResult Of(
        SecretRequest request,
        IReadOnlyList<SecretValue> values,
        SecretVersion version,
        DateTimeOffset? createdAt = null,
        string? requestId = null,
        bool validates = true
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != request.Places.Count)
            throw new ArgumentException(
                $"{request.Places.Count} values were asked for and {values.Count} given.",
                nameof(values)
            );
        return new SecretReadResult(request)
        {
            Values = values,
            Version = version,
            CreatedAt = createdAt,
            RequestId = requestId,
            Validates = validates,
        };
    }

    /// <summary>An answer with an error.</summary>
    public static SecretReadResult Failed(SecretRequest request, SecretException error, string? requestId = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(error);
        return new SecretReadResult(request) { Error = error, RequestId = requestId };
    }
}
