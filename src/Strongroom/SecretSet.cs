using System.Collections;

namespace Strongroom;

/// <summary>
/// Secrets that were read together. Those of one bundle have the same version, so that a pair is never half old and half new.
/// After use, pass the set to <see cref="ICredentialReports.ReportAccepted"/> or <see
/// cref="ICredentialReports.ReportRejectedAsync"/>.
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

    /// <summary>The secret with that name.</summary>
    /// <exception cref="KeyNotFoundException">The name is not in this set.</exception>
    public Secret this[SecretName name]
    {
        get
        {
            foreach (var secret in _secrets)
            {
                if (secret.Name == name)
                    return secret;
            }
            throw new KeyNotFoundException($"'{name}' is not in this set. Add it to the names that are read.");
        }
    }

    /// <summary>
    /// When a secret was read, and therefore the earliest time at which it can have been sent. Reports are ordered by it, so that
    /// a late response to an earlier request neither trips nor clears anything.
    /// </summary>
    internal ClockReading ReadAt(int index) => _readAt[index];

    /// <inheritdoc/>
    public IEnumerator<Secret> GetEnumerator() => ((IEnumerable<Secret>)_secrets).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
