namespace Strongroom.Testing.Vault;

/// <summary>Something that was lent, and how it is taken back.</summary>
internal sealed class Lease(
    string id,
    Token token,
    DateTimeOffset issuedAt,
    TimeSpan usual,
    TimeSpan maxTtl,
    Func<Lease, CancellationToken, Task> renewed,
    Func<CancellationToken, Task> end
)
{
    public string Id => id;

    public Token Token => token;

    public DateTimeOffset IssuedAt => issuedAt;

    /// <summary>Its lifetime if none is requested.</summary>
    public TimeSpan Usual => usual;

    public TimeSpan MaxTtl => maxTtl;

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? LastRenewal { get; set; }

    public ITimer? Timer { get; set; }

    /// <summary>Tells the lender of a new end.</summary>
    public Func<Lease, CancellationToken, Task> Renewed => renewed;

    /// <summary>Takes it back.</summary>
    public Func<CancellationToken, Task> End => end;
}
