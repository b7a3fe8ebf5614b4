using Microsoft.Extensions.Logging;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Auth;

/// <summary>
/// Takes the secret id out of its wrapping, once a process. The wrapping is looked at first, since looking costs no use: one that is
/// no longer there was used by somebody else, and one that was made elsewhere was slipped to us.
/// </summary>
internal sealed class WrappedSecretId(VaultClient client, string mount, string? role, ILogger logger) : IDisposable
{
    private SecretValue? _secretId;
    private bool _isSpent;

    /// <summary>Gives the secret id; the caller does not own it.</summary>
    /// <exception cref="SecretAccessDeniedException">The wrapping is spent or not ours: an alarm, and never tried again.</exception>
    internal async ValueTask<SecretValue> UnwrapAsync(SecretValue wrapping, CancellationToken ct)
    {
        if (_secretId is not null)
            return _secretId;
        if (_isSpent)
            throw Spent();
        using (var body = WireBody.Of("token", wrapping))
        {
            using var found = await client.SendAsync(VaultRequest.Post("sys/wrapping/lookup", body) with { IsRepeatable = true }, null, ct).ConfigureAwait(false);
            if (!found.IsSuccess || !IsOurs(VaultReply.Text(VaultReply.Object(found.Root, "data"), "creation_path")))
                throw Alarm();
        }
        // The token stands in the header and not in the body too: that would count as two uses, and the secret id would be lost.
        using var reply = await client.SendAsync(VaultRequest.Post("sys/wrapping/unwrap", null), wrapping.Reveal(), ct).ConfigureAwait(false);
        if (!reply.IsSuccess || !VaultReply.Object(reply.Root, "data").TryGetProperty("secret_id", out var secretId) || JsonText.Read(secretId) is not { } value)
            throw Alarm();
        return _secretId = value;
    }

    /// <summary>Whether a creation path is that of a secret id of our role.</summary>
    internal bool IsOurs(string? creationPath)
    {
        var start = $"auth/{mount}/role/";
        const string end = "/secret-id";
        if (creationPath is null || !creationPath.StartsWith(start, StringComparison.Ordinal) || !creationPath.EndsWith(end, StringComparison.Ordinal)
            || creationPath.Length <= start.Length + end.Length)
        {
            return false;
        }
        var found = creationPath[start.Length..^end.Length];
        return !found.Contains('/', StringComparison.Ordinal) && (role is null || found == role);
    }

    public void Dispose() => _secretId?.Dispose();

    private SecretAccessDeniedException Alarm()
    {
        _isSpent = true;
        Log.WrappedSecretIdSpent(logger);
        return Spent();
    }

    private static SecretAccessDeniedException Spent() => new(
        SecretErrorCode.LoginRejected,
        "VAULT_WRAPPED_SECRET_ID was unwrapped before, was made for something else, or is over. Somebody may hold the secret id: revoke it, look into who "
        + "took it, and bring a fresh one.", backend: VaultBackend.BackendName);
}
