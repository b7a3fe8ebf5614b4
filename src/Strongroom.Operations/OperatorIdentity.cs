using Strongroom.Audit;
using Strongroom.Backends;

namespace Strongroom.Operations;

/// <summary>
/// Determines who acts, for the audit: the identity that the backend authenticated, if it can tell. Otherwise the login name,
/// marked as unverified.
/// </summary>
internal static class OperatorIdentity
{
    /// <summary>Sufficient for AWS, where a role and its session (the person) have up to 64 characters each.</summary>
    private const int MaxLength = 256;

    /// <summary>Queries the backend. If that fails, the read that follows reports why.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="setting">STRONGROOM_OPERATOR.</param>
    /// <param name="variable">Reads a variable of the process.</param>
    /// <param name="limit">Ends the query: an identity is not worth a long wait.</param>
    /// <param name="ct">Cancels the operation.</param>
    internal static async ValueTask<string> ResolveAsync(
        ISecretBackend backend,
        string? setting,
        Func<string, string?> variable,
        CancellationToken limit,
        CancellationToken ct
    )
    {
        var authenticated = backend is IBackendIdentity knows ? await AskAsync(knows, limit).ConfigureAwait(false) : null;
        ct.ThrowIfCancellationRequested();
        return Clean(
            (authenticated, setting) switch
            {
                ({ } who, null) => $"{backend.Name}:{who}",
                ({ } who, { } said) => $"{backend.Name}:{who} (STRONGROOM_OPERATOR: {said})",
                _ => UnverifiedActor.Resolve(setting, variable),
            }
        );
    }

    /// <summary>Limits a text to one line of a length that the audit accepts.</summary>
    internal static string Clean(string text)
    {
        var clean = text.AsSpan(0, Math.Min(text.Length, MaxLength)).ToArray();
        for (var i = 0; i < clean.Length; i++)
        {
            if (char.IsControl(clean[i]))
                clean[i] = '?';
        }
        return new string(clean);
    }

    private static async ValueTask<string?> AskAsync(IBackendIdentity backend, CancellationToken ct)
    {
        try
        {
            return await backend.WhoAmIAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SecretException or OperationCanceledException)
        {
            return null;
        }
    }
}
