using Microsoft.Extensions.Logging;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Auth;

/// <summary>One login: read the source, see whether it was refused before, show it, take the token.</summary>
internal sealed class VaultLogin(
    VaultClient client,
    LoginMethod method,
    RejectedLoginStore memory,
    WrappedSecretId wrapped,
    bool isWrapped,
    ElapsedClock clocks,
    ILogger logger
)
{
    internal LoginMethod Method => method;

    /// <summary>The refusal that still rests, or null.</summary>
    internal LoginRejection? Rejection => _rejection is { } rejection && memory.IsResting(rejection) ? rejection : null;

    private LoginRejection? _rejection;

    /// <exception cref="SecretAccessDeniedException">Vault refuses the login, or refused it before.</exception>
    /// <exception cref="SecretUnavailableException">Vault cannot answer now. That is not remembered.</exception>
    internal async Task<VaultLease> RunAsync(CancellationToken ct)
    {
        using var material = method.Read();
        if (method.Kind == VaultAuthMethod.Token)
            return Given(material.Secret!);
        if ((_rejection = memory.Find(material)) is { } earlier)
            throw Rejected(earlier);

        var secret = isWrapped ? await wrapped.UnwrapAsync(material.Secret!, ct).ConfigureAwait(false) : material.Secret;
        using var body = WireBody.Login(method.IdentityField, material.Identity, method.SecretField, secret);
        using var reply = await client.SendAsync(VaultRequest.Post(method.Path, body), null, ct).ConfigureAwait(false);
        if (reply.Status is 400 or 403)
        {
            _rejection = memory.Remember(material, reply.Status);
            Log.LoginRejected(logger, method.Kind, _rejection.Until);
            throw Rejected(_rejection);
        }
        if (!reply.IsSuccess)
            throw VaultErrors.Misfit(reply, VaultRequest.Post(method.Path, null));
        if (AuthResponse.Read(reply.Root) is not { } auth)
            throw VaultErrors.Misfit(reply, VaultRequest.Post(method.Path, null));
        memory.Forget(material);
        Log.LoggedIn(logger, method.Kind, auth.Life.TotalSeconds);
        return new VaultLease
        {
            Token = auth.Token,
            IsOwn = true,
            Since = clocks.Now,
            First = auth.Life,
            Life = auth.Life,
            IsRenewable = auth.IsRenewable,
        };
    }

    /// <summary>A given token's life is not known before Vault is asked, which is not done on the way of a read.</summary>
    private VaultLease Given(SecretValue token) =>
        new()
        {
            Token = token.Reveal(),
            IsOwn = false,
            Since = clocks.Now,
        };

    private SecretAccessDeniedException Rejected(LoginRejection rejection) =>
        new(
            SecretErrorCode.LoginRejected,
            rejection.Status == 400
                ? $"Vault refused the login by {method.Kind} at {rejection.At:u}. It is not tried again before "
                    + $"{rejection.Until:u}, unless {method.Sources} changes. Provide a valid credential, "
                    + "or check VAULT_AUTH_MOUNT."
                : $"Vault denied the login by {method.Kind} at {rejection.At:u} (403), which may be a lockout after failed "
                    + $"logins. It is tried again after {rejection.Until:u}, or when "
                    + $"{method.Sources} changes. Find the client that logs in with a wrong credential.",
            backend: VaultDefaults.BackendName
        );
}
