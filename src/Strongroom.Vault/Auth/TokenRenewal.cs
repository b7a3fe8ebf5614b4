using Microsoft.Extensions.Logging;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Auth;

/// <summary>
/// Keeps a token alive behind the reads: renews it at two thirds of its life; where Vault grants less and less, or refuses, it
/// logs in again while the old token still works. No renewal extends past a token's max TTL, which would be an outage on day 33.
/// </summary>
internal sealed class TokenRenewal : IDisposable
{
    /// <summary>A token that was given is asked for its life a little after its first use, off the way of the reads.</summary>
    internal static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(10);

    // A timer takes at most 49 days.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(20);

    private readonly VaultSession _session;
    private readonly VaultClient _client;
    private readonly ElapsedClock _clocks;
    private readonly ILogger _logger;
    private readonly Func<double> _random;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private (ClockReading ArmedAt, TimeSpan Wait)? _due;
    private Task _work = Task.CompletedTask;
    private bool _isFailing;

    internal TokenRenewal(VaultSession session, VaultClient client, ElapsedClock clocks, ILogger logger, Func<double> random)
    {
        _session = session;
        _client = client;
        _clocks = clocks;
        _logger = logger;
        _random = random;
        _timer = clocks.Time.CreateTimer(
            static state => ((TokenRenewal)state!).Ring(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>What an operator should know, or null.</summary>
    internal string? Problem { get; private set; }

    /// <summary>When something is due next, as the wall clock shows it now, or null.</summary>
    internal DateTimeOffset? DueAt => DueIn is { } left ? _clocks.Time.GetUtcNow() + left : null;

    private TimeSpan? DueIn => _due is { } due ? due.Wait - _clocks.Elapsed(due.ArmedAt) : null;

    /// <summary>Done when what was due is done.</summary>
    internal Task Work => _work;

    internal void Arm(VaultLease lease)
    {
        if (lease.IsOwn)
            Recovered();
        if (!lease.IsOwn && lease.Life == TimeSpan.Zero)
            ArmIn(FirstLook);
        else if (RenewSchedule.Due(lease.Life, _random()) is { } due)
            ArmIn(due);
        else
            ArmIn(null);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _timer.Dispose();
    }

    private void ArmIn(TimeSpan? due)
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
                return;
            _due = due is { } wait ? (_clocks.Now, wait) : null;
            _timer.Change(
                due is null ? Timeout.InfiniteTimeSpan
                    : due < s_longestTimer ? due.Value
                    : s_longestTimer,
                Timeout.InfiniteTimeSpan
            );
        }
    }

    private void Ring()
    {
        lock (_gate)
        {
            if (DueIn is not { } left)
                return;
            if (!_work.IsCompleted)
            {
                ArmIn(RenewSchedule.Floor);
                return;
            }
            if (left > TimeSpan.Zero)
            {
                ArmIn(left);
                return;
            }
            _due = null;
            _work = Task.Run(DoAsync);
        }
    }

    private async Task DoAsync()
    {
        if (_session.Current is not { } lease)
            return;
        try
        {
            if (!lease.IsOwn && lease.First == TimeSpan.Zero)
                await LookUpAsync(lease).ConfigureAwait(false);
            else if (!lease.IsRenewable || !await RenewAsync(lease).ConfigureAwait(false))
                await ReplaceAsync(lease).ConfigureAwait(false);
        }
        catch (SecretUnavailableException e)
        {
            Failed(e);
            TryAgain(
                lease,
                e.Code == SecretErrorCode.Throttled ? RenewSchedule.PauseThrottled(_random()) : RenewSchedule.Pause(_random())
            );
        }
        catch (SecretException e)
        {
            Failed(e);
            TryAgain(lease, RejectedLoginStore.Rest);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The process stops.
        }
    }

    /// <summary>Past its end there is nothing to keep: the next read logs in.</summary>
    private void TryAgain(VaultLease lease, TimeSpan pause)
    {
        if (!(lease.Left(_clocks) <= pause))
            ArmIn(pause);
    }

    /// <summary>An outage of an hour is two lines in the log: this one, and that it is over.</summary>
    private void Failed(SecretException error)
    {
        if (!_isFailing)
            Log.KeepAliveFailed(_logger, error.Code.ToString());
        _isFailing = true;
    }

    private void Recovered()
    {
        if (_isFailing)
            Log.KeepAliveRecovered(_logger);
        _isFailing = false;
    }

    /// <summary>Asks a given token for its life.</summary>
    private async ValueTask LookUpAsync(VaultLease lease)
    {
        using var reply = await _client
            .SendAsync(VaultRequest.Get("auth/token/lookup-self"), lease.Token, _stopping.Token)
            .ConfigureAwait(false);
        Recovered();
        if (!reply.IsSuccess)
            return;
        var (life, isRenewable) = AuthResponse.ReadLookup(reply.Root);
        Take(lease, life, isRenewable);
        if (life > TimeSpan.Zero && !isRenewable)
            ReportExpiry(life);
    }

    /// <summary>False where Vault renews no further, or so little that the end is near.</summary>
    private async ValueTask<bool> RenewAsync(VaultLease lease)
    {
        using var body = WireBody.Renew(lease.First);
        using var reply = await _client
            .SendAsync(
                VaultRequest.Post("auth/token/renew-self", body) with
                {
                    IsRepeatable = true,
                },
                lease.Token,
                _stopping.Token
            )
            .ConfigureAwait(false);
        if (!reply.IsSuccess || AuthResponse.Read(reply.Root) is not { } auth)
        {
            Log.RenewalEnded(_logger, reply.Status);
            _session.Replace(lease, lease.Unrenewable());
            return false;
        }
        Log.Renewed(_logger, auth.Life.TotalSeconds);
        if (!RenewSchedule.IsCapped(auth.Life, lease.First))
        {
            Take(lease, auth.Life, auth.IsRenewable);
            return true;
        }
        Log.RenewalEnded(_logger, reply.Status);
        _session.Replace(lease, lease.Renewed(auth.Life, isRenewable: false, _clocks.Now));
        return false;
    }

    private async ValueTask ReplaceAsync(VaultLease old)
    {
        var current = _session.Current;
        if (!old.IsOwn)
        {
            // A configured token can only be reported; its successor must be provided, and a file may hold it already.
            var next = await _session.Join(current).WaitAsync(_stopping.Token).ConfigureAwait(false);
            if (next.Token == old.Token && current?.Left(_clocks) is { } left)
                ReportExpiry(left);
            return;
        }
        await _session.Join(current).WaitAsync(_stopping.Token).ConfigureAwait(false);
        Problem = null;
    }

    private void Take(VaultLease lease, TimeSpan life, bool isRenewable)
    {
        var renewed = lease.Renewed(life, isRenewable, _clocks.Now);
        _session.Replace(lease, renewed);
        Problem = null;
        Recovered();
        if (life > TimeSpan.Zero)
            Arm(renewed);
    }

    private void ReportExpiry(TimeSpan left)
    {
        Problem =
            $"The configured Vault token expires at {_clocks.Time.GetUtcNow() + left:u} and cannot be renewed; provide a new one";
        Log.GivenTokenEnds(_logger, left.TotalSeconds);
    }
}
