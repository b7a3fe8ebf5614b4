namespace Strongroom;

/// <summary>Settings, declaration, <c>.env</c> or stored values are wrong. All faults found are listed at once.</summary>
public sealed class SecretConfigurationException : SecretException
{
    /// <summary>Makes one from a single fault.</summary>
    public SecretConfigurationException(
        SecretErrorCode code,
        string message,
        SecretName? name = null,
        string? backend = null,
        Exception? inner = null
    )
        : base(code, message, name, backend, inner) => Faults = [message];

    /// <summary>Makes one from all faults; the message lists them, one a line.</summary>
    public SecretConfigurationException(SecretErrorCode code, IReadOnlyList<string> faults)
        : base(code, faults is [var only] ? only : $"{faults?.Count} faults:\n- {string.Join("\n- ", faults ?? [])}") =>
        Faults = faults ?? [];

    /// <summary>Each fault in words.</summary>
    public IReadOnlyList<string> Faults { get; }
}
