using System.Runtime.CompilerServices;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Auth;

/// <summary>Sends with the token. A 403 may mean a dead token or a denied path: one fresh login tells which.</summary>
internal sealed class AuthorizedClient(VaultClient client, VaultSession session)
{
    /// <summary>Vault's answer; 403 only where it is to be believed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<VaultReply> SendAsync(VaultRequest request, CancellationToken ct)
    {
        var lease = await session.LeaseAsync(ct).ConfigureAwait(false);
        var reply = await client.SendAsync(request, lease.Token, ct).ConfigureAwait(false);
        if (reply.Status != 403)
            return reply;
        VaultLease? fresh;
        try
        {
            fresh = await session.AfterDenialAsync(lease, ct).ConfigureAwait(false);
            if (fresh is null)
            {
                if (!lease.IsOwn && !await session.IsAliveAsync(lease, ct).ConfigureAwait(false))
                    throw session.GivenTokenRefused(request.About);
                return reply;
            }
        }
        catch
        {
            reply.Dispose();
            throw;
        }
        reply.Dispose();
        return await client.SendAsync(request, fresh.Token, ct).ConfigureAwait(false);
    }

    /// <summary>Sends a request for which a denial is an ordinary result and no reason to log in.</summary>
    internal async ValueTask<VaultReply> AskAsync(VaultRequest request, CancellationToken ct)
    {
        var lease = await session.LeaseAsync(ct).ConfigureAwait(false);
        return await client.SendAsync(request, lease.Token, ct).ConfigureAwait(false);
    }
}
