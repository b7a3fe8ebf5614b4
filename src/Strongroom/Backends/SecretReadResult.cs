using System.Diagnostics.CodeAnalysis;

namespace Strongroom.Backends;

/// <summary>The result of one <see cref="SecretRequest"/>: every value of the bundle, all of one version, or an error.</summary>
public sealed class SecretReadResult
{
    private SecretReadResult(SecretRequest request) => Request = request;

    /// <summary>The request.</summary>
    public SecretRequest Request { get; }

    /// <summary>One value for each of the request's locations, in the same order; null if there is an error.</summary>
    public IReadOnlyList<SecretValue>? Values { get; private init; }

    /// <summary>Why there are no values; null if there are.</summary>
    public SecretException? Error { get; private init; }

    /// <summary>Whether there are values.</summary>
    [MemberNotNullWhen(true, nameof(Values))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Values is not null;

    /// <summary>The version of the values.</summary>
    public SecretVersion Version { get; private init; }

    /// <summary>When that version was created; null if the backend does not know.</summary>
    public DateTimeOffset? CreatedAt { get; private init; }

    /// <summary>The backend's id of the request, for the audit.</summary>
    public string? RequestId { get; private init; }

    /// <summary>
    /// Whether the backend itself answered. False for an intermediary such as a caching proxy, whose answer does not validate a
    /// value.
    /// </summary>
    public bool IsAuthoritative { get; private init; } = true;

    /// <summary>Creates a result with values, which the receiver then owns.</summary>
    public static SecretReadResult Success(
        SecretRequest request,
        IReadOnlyList<SecretValue> values,
        SecretVersion version,
        DateTimeOffset? createdAt = null,
        string? requestId = null,
        bool isAuthoritative = true
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count != request.Locations.Count)
            throw new ArgumentException(
                $"{request.Locations.Count} values were requested, but {values.Count} were given.",
                nameof(values)
            );
        return new SecretReadResult(request)
        {
            Values = values,
            Version = version,
            CreatedAt = createdAt,
            RequestId = requestId,
            IsAuthoritative = isAuthoritative,
        };
    }

    /// <summary>Creates a result with an error.</summary>
    public static SecretReadResult Failure(SecretRequest request, SecretException error, string? requestId = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(error);
        return new SecretReadResult(request) { Error = error, RequestId = requestId };
    }
}
