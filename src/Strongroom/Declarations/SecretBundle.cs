namespace Strongroom;

/// <summary>Secrets that are rotated together. The backend stores them as one secret, whose version they share.</summary>
public sealed class SecretBundle
{
    internal SecretBundle(string id, IReadOnlyList<DeclaredSecret> secrets)
    {
        Id = id;
        Secrets = secrets;
        Path = SecretName.ParseLocation(secrets[0].StoredName.Path);
        OnLoss = secrets.Any(secret => secret.OnLoss == LossEffect.Halt) ? LossEffect.Halt : LossEffect.Degrade;
        Required = secrets.Any(secret => secret.Required);
    }

    /// <summary>The declared id, or the stored name of a secret without one.</summary>
    public string Id { get; }

    /// <summary>The stored secret, without namespace and field.</summary>
    public SecretName Path { get; }

    /// <summary>The secrets in it.</summary>
    public IReadOnlyList<DeclaredSecret> Secrets { get; }

    /// <summary>The most severe effect among its secrets.</summary>
    public LossEffect OnLoss { get; }

    /// <summary>Whether the service refuses to start without it.</summary>
    public bool Required { get; }
}
