namespace Strongroom.Testing.Vault;

/// <summary>Leases, such as database logins. They end with their time or their token, whichever comes first.</summary>
internal sealed class LeaseStore(TimeProvider time) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Lease> leases = new(StringComparer.Ordinal);
    private readonly HashSet<Task> ending = [];

    public Lease Add(
        string path,
        Token token,
        TimeSpan usual,
        TimeSpan maxTtl,
        Func<Lease, CancellationToken, Task> renewed,
        Func<CancellationToken, Task> end
    )
    {
        var now = time.GetUtcNow();
        var (ttl, _) = TimeToLive.Of(TimeSpan.Zero, usual, TimeSpan.Zero, maxTtl, TimeSpan.Zero, TimeSpan.Zero);
        var lease = new Lease($"{path}/{TokenText.Letters(24)}", token, now, usual, maxTtl, renewed, end)
        {
            ExpiresAt = now + ttl,
        };
        lock (gate)
        {
            leases.Add(lease.Id, lease);
            lease.Timer = time.CreateTimer(_ => EndOrWait(lease), null, UntilDue(lease, now), Timeout.InfiniteTimeSpan);
        }
        return lease;
    }

    public Lease? Find(string id)
    {
        lock (gate)
            return leases.GetValueOrDefault(id);
    }

    public IReadOnlyList<Lease> Under(string prefix)
    {
        lock (gate)
            return
            [
                .. leases
                    .Values.Where(l => l.Id.StartsWith(prefix, StringComparison.Ordinal))
                    .OrderBy(l => l.Id, StringComparer.Ordinal),
            ];
    }

    public async Task<(TimeSpan Ttl, string? Warning)> RenewAsync(Lease lease, TimeSpan increment, CancellationToken ct)
    {
        (TimeSpan Ttl, string? Warning) granted;
        lock (gate)
        {
            var now = time.GetUtcNow();
            granted = TimeToLive.Of(increment, lease.Usual, TimeSpan.Zero, lease.MaxTtl, TimeSpan.Zero, now - lease.IssuedAt);
            (lease.ExpiresAt, lease.LastRenewal) = (now + granted.Ttl, now);
            lease.Timer?.Change(UntilDue(lease, now), Timeout.InfiniteTimeSpan);
        }
        await lease.Renewed(lease, ct);
        return granted;
    }

    /// <summary>Takes it back now. What could not be taken back stays a lease, so that it can be tried again.</summary>
    public async Task RevokeAsync(Lease lease, CancellationToken ct)
    {
        if (!Take(lease))
            return;
        try
        {
            await lease.End(ct);
        }
        catch
        {
            lock (gate)
            {
                leases.Add(lease.Id, lease);
                lease.Timer = time.CreateTimer(
                    _ => EndOrWait(lease),
                    null,
                    UntilDue(lease, time.GetUtcNow()),
                    Timeout.InfiniteTimeSpan
                );
            }
            throw;
        }
    }

    public void RevokeOf(Token token)
    {
        List<Lease> its;
        lock (gate)
            its = [.. leases.Values.Where(l => l.Token == token)];
        foreach (var lease in its)
            Start(lease);
    }

    /// <summary>Waits for logins that are being dropped.</summary>
    public async Task SettleAsync()
    {
        Task[] all;
        lock (gate)
            all = [.. ending];
        await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lease in Under(""))
            Start(lease);
        await SettleAsync();
    }

    // The token may have been renewed in the meantime.
    private void EndOrWait(Lease lease)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (UntilDue(lease, now) > TimeSpan.Zero)
            {
                lease.Timer?.Change(UntilDue(lease, now), Timeout.InfiniteTimeSpan);
                return;
            }
        }
        Start(lease);
    }

    private static TimeSpan UntilDue(Lease lease, DateTimeOffset now)
    {
        var due = lease.Token.ExpiresAt is { } end && end < lease.ExpiresAt ? end : lease.ExpiresAt;
        return due > now ? due - now : TimeSpan.Zero;
    }

    // An expiry in the background: of a timer, or of a token.
    private void Start(Lease lease)
    {
        if (!Take(lease))
            return;
        var end = Task.Run(() => lease.End(CancellationToken.None));
        lock (gate)
            ending.Add(end);
    }

    private bool Take(Lease lease)
    {
        lock (gate)
        {
            if (!leases.Remove(lease.Id))
                return false;
            lease.Timer?.Dispose();
            return true;
        }
    }
}
