namespace Strongroom;

/// <summary>
/// Settings, the declaration, a <c>.env</c> file, a stored value or a database schema is invalid. All faults are reported
/// together.
/// </summary>
public sealed class SecretConfigurationException : SecretException
{
    /// <summary>Creates the exception from a single fault.</summary>
    public SecretConfigurationException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) => Faults = [message];

    /// <summary>Creates the exception from several faults; the message lists them, one per line.</summary>
    public SecretConfigurationException(SecretErrorCode code, IReadOnlyList<string> faults)
        : base(code, faults is [var only] ? only : $"{faults?.Count} faults:\n- {string.Join("\n- ", faults ?? [])}") =>
        Faults = faults ?? [];

    /// <summary>The message of each fault.</summary>
    public IReadOnlyList<string> Faults { get; }
}
