using Microsoft.Extensions.Logging;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Auth;

/// <summary>
/// Takes the secret id out of its wrapping, once a process. The wrapping is looked at first, since looking costs no use: one that
/// no longer exists was used by another client, and one with another creation path was substituted.
/// </summary>
internal sealed class WrappedSecretId(VaultClient client, string mount, string? role, ILogger logger) : IDisposable
{
    private SecretValue? _secretId;
    private SecretAccessDeniedException? _refusal;

    /// <summary>Gives the secret id; the caller does not own it.</summary>
    /// <exception cref="SecretAccessDeniedException">The wrapping is spent or not ours: an alarm, and never tried
    /// again.</exception>
    internal async ValueTask<SecretValue> UnwrapAsync(SecretValue wrapping, CancellationToken ct)
    {
        if (_secretId is not null)
            return _secretId;
        if (_refusal is not null)
            throw _refusal;
        using (var body = WireBody.Of("token", wrapping))
        {
            using var found = await client
                .SendAsync(VaultRequest.Post("sys/wrapping/lookup", body) with { IsRepeatable = true }, null, ct)
                .ConfigureAwait(false);
            // That Vault cannot say is no word about the wrapping.
            if (!found.IsSuccess && found.Status is not (400 or 403 or 404))
                throw VaultErrors.Misfit(found, VaultRequest.Post("sys/wrapping/lookup", null));
            var path = found.IsSuccess ? VaultReply.Text(VaultReply.Object(found.Root, "data"), "creation_path") : null;
            if (!IsOurs(path))
                throw Alarm(RoleOf(path) is not null ? AnotherRoles : Spent);
        }
        // The token is sent in the header only: in the body too it would count as two uses, and the secret id would be lost.
        using var reply = await client
            .SendAsync(VaultRequest.Post("sys/wrapping/unwrap", null), wrapping.Reveal(), ct)
            .ConfigureAwait(false);
        if (
            !reply.IsSuccess
            || !VaultReply.Object(reply.Root, "data").TryGetProperty("secret_id", out var secretId)
            || JsonText.Read(secretId) is not { } value
        )
            throw Alarm(Spent);
        return _secretId = value;
    }

    /// <summary>Whether a creation path is that of a secret id of our role.</summary>
    internal bool IsOurs(string? creationPath) => RoleOf(creationPath) is { } found && (role is null || found == role);

    /// <summary>The role whose secret id is wrapped; null where it is none of our mount's.</summary>
    private string? RoleOf(string? creationPath)
    {
        var start = $"auth/{mount}/role/";
        const string end = "/secret-id";
        if (
            creationPath is null
            || !creationPath.StartsWith(start, StringComparison.Ordinal)
            || !creationPath.EndsWith(end, StringComparison.Ordinal)
            || creationPath.Length <= start.Length + end.Length
        )
        {
            return null;
        }
        var found = creationPath[start.Length..^end.Length];
        return found.Contains('/', StringComparison.Ordinal) ? null : found;
    }

    public void Dispose() => _secretId?.Dispose();

    private SecretAccessDeniedException Alarm(string what)
    {
        Log.WrappedSecretIdRefused(logger, what);
        return _refusal = new SecretAccessDeniedException(
            SecretErrorCode.LoginRejected,
            what,
            backend: VaultDefaults.BackendName
        );
    }

    private const string Spent =
        "VAULT_WRAPPED_SECRET_ID has expired, was already unwrapped (by an earlier start of this service or by another client), "
        + "or was not issued for a secret id at VAULT_AUTH_MOUNT. If no earlier start explains it, the secret id may be "
        + "compromised: revoke it, find out who unwrapped it, and provide a new one.";

    private const string AnotherRoles =
        "VAULT_WRAPPED_SECRET_ID wraps the secret id of a role other than the one in VAULT_ROLE. It was not unwrapped. Correct "
        + "VAULT_ROLE, or provide a secret id that was issued for it; if VAULT_ROLE is right, find out who supplied "
        + "another role's.";
}
