namespace Strongroom;

/// <summary>A service could not get its required secrets. The message names each of them, the backend, and what to do.</summary>
public sealed class SecretStartupException : SecretException
{
    /// <summary>Creates the exception.</summary>
    public SecretStartupException(string message, string backend, IReadOnlyList<SecretException> causes)
        : base(SecretErrorCode.StartFailed, message, backend: backend) => Causes = causes;

    /// <summary>One cause for each secret that is missing.</summary>
    public IReadOnlyList<SecretException> Causes { get; }

    /// <inheritdoc/>
    public override bool IsTransient => Causes.All(cause => cause.IsTransient);
}
