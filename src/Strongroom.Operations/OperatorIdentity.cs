using Strongroom.Audit;
using Strongroom.Backends;

namespace Strongroom.Operations;

/// <summary>
/// Who acts, for the audit: whom the backend authenticated, where it can tell. The login's name is only what this machine calls
/// the user, so it is marked as that.
/// </summary>
internal static class OperatorIdentity
{
    /// <summary>A role and its session, which is the person, may have 64 characters each at AWS.</summary>
    private const int Longest = 256;

    /// <summary>Asks the backend; whatever keeps it from answering is told by the read that follows.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="setting">STRONGROOM_OPERATOR.</param>
    /// <param name="variable">Reads a variable of the process.</param>
    /// <param name="limit">Ends the asking: an identity is not worth a long wait.</param>
    /// <param name="ct">Ends the whole.</param>
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
                _ => UnverifiedActor.Name(setting, variable),
            }
        );
    }

    /// <summary>What fits into the audit, on one line.</summary>
    internal static string Clean(string text)
    {
        var clean = text.AsSpan(0, Math.Min(text.Length, Longest)).ToArray();
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
