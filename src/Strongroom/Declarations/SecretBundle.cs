namespace Strongroom;

/// <summary>Secrets that change together. They live in one secret of the backend, whose version is their version.</summary>
public sealed class SecretBundle
{
    internal SecretBundle(string id, IReadOnlyList<DeclaredSecret> secrets)
    {
        Id = id;
        Secrets = secrets;
        Path = SecretName.ParseLocation(secrets[0].At.Path);
        OnLoss = secrets.Max(secret => secret.OnLoss);
        Required = secrets.Any(secret => secret.Required);
    }

    /// <summary>The declared id, or the place of a secret that stands alone.</summary>
    public string Id { get; }

    /// <summary>Where it lives in the backend, before the namespace and without a field.</summary>
    public SecretName Path { get; }

    /// <summary>The secrets in it.</summary>
    public IReadOnlyList<DeclaredSecret> Secrets { get; }

    /// <summary>The gravest effect of its secrets.</summary>
    public LossEffect OnLoss { get; }

    /// <summary>Whether the service refuses to start without it.</summary>
    public bool Required { get; }
}
