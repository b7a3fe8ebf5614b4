using System.Collections;

namespace Strongroom;

/// <summary>
/// Secrets that were read together. Those of one bundle are of one version, so a pair is never half old and half new.
/// Hand the set that was used to <see cref="ICredentialReports.ReportAccepted"/> or
/// <see cref="ICredentialReports.ReportRejectedAsync"/>.
/// </summary>
public sealed class SecretSet : IReadOnlyList<Secret>
{
    private readonly Secret[] _secrets;
    private readonly ClockReading[] _readAt;

    internal SecretSet(Secret[] secrets, ClockReading[] readAt)
    {
        _secrets = secrets;
        _readAt = readAt;
    }

    /// <inheritdoc/>
    public int Count => _secrets.Length;

    /// <inheritdoc/>
    public Secret this[int index] => _secrets[index];

    /// <summary>The secret of that name.</summary>
    /// <exception cref="KeyNotFoundException">It was not among the names that were asked for.</exception>
    public Secret this[SecretName name]
    {
        get
        {
            foreach (var secret in _secrets)
            {
                if (secret.Name == name)
                    return secret;
            }
            throw new KeyNotFoundException($"'{name}' was not among the names that this set was read for.");
        }
    }

    /// <summary>
    /// When a secret was read: whatever was sent with it was sent later. What a counterparty says counts by that, so that late
    /// answers to earlier requests neither trip nor clear anything.
    /// </summary>
    internal ClockReading ReadAt(int index) => _readAt[index];

    /// <inheritdoc/>
    public IEnumerator<Secret> GetEnumerator() => ((IEnumerable<Secret>)_secrets).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
