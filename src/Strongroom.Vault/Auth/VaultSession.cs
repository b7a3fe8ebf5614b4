using Microsoft.Extensions.Logging;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Auth;

/// <summary>
/// Holds the token: at most one login is in flight, shared by all callers and owned by none, so a caller that gives up cancels
/// nothing that others wait for. A login that failed is not remembered here; the next caller begins another.
/// </summary>
internal sealed class VaultSession : IAsyncDisposable
{
    /// <summary>A fresh login may resolve a denial of a valid token; this is the shortest interval between attempts.</summary>
    internal static readonly TimeSpan DenialRest = TimeSpan.FromMinutes(5);

    /// <summary>A token that is dead is replaced at once, but no more often than this.</summary>
    internal static readonly TimeSpan DeadTokenRest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_revokeTime = TimeSpan.FromSeconds(2);

    private readonly VaultClient _client;
    private readonly VaultLogin _login;
    private readonly ElapsedClock _clocks;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private VaultLease? _lease;
    private Task<VaultLease>? _inFlight;
    private ClockReading? _lastFreshLogin;
    private ClockReading? _lastDenialLogin;
    private bool _isEnding;

    internal VaultSession(VaultClient client, VaultLogin login, ElapsedClock clocks, ILogger logger, Func<double>? random = null)
    {
        _client = client;
        _login = login;
        _clocks = clocks;
        _logger = logger;
        TokenRenewal = new TokenRenewal(this, client, clocks, logger, random ?? Random.Shared.NextDouble);
    }

    internal TokenRenewal TokenRenewal { get; }

    internal VaultLease? Current => Volatile.Read(ref _lease);

    /// <summary>What is wrong with the login, in words, or null.</summary>
    internal string? Problem
    {
        get
        {
            if (_login.Rejection is { } rejection)
            {
                return rejection.Status == 400
                    ? $"Vault refused the login by {_login.Method.Kind} at {rejection.At:u}; not tried again before "
                        + $"{rejection.Until:u} unless {_login.Method.Sources} changes"
                    : $"Vault denied the login by {_login.Method.Kind} at {rejection.At:u}, which may be a lockout; tried "
                        + $"again after {rejection.Until:u}";
            }
            return TokenRenewal.Problem;
        }
    }

    /// <summary>The token; logs in if there is none.</summary>
    internal ValueTask<VaultLease> LeaseAsync(CancellationToken ct) =>
        Current is { } lease && !lease.IsOver(_clocks)
            ? new ValueTask<VaultLease>(lease)
            : new ValueTask<VaultLease>(Join(Current).WaitAsync(ct));

    /// <summary>
    /// After a 403: another lease to try once more with, or null where the denial is to be believed. That is so when a login was
    /// tried for it lately and the token is alive, so that a denied path makes no storm of logins.
    /// </summary>
    internal async ValueTask<VaultLease?> AfterDenialAsync(VaultLease denied, CancellationToken ct)
    {
        Task<VaultLease>? login;
        lock (_gate)
        {
            if (_lease is { } current && current != denied)
                return current;
            if (_inFlight is null && (!denied.IsOwn || !IsWithin(_lastDenialLogin, DenialRest)))
            {
                _lastDenialLogin = _clocks.Now;
                Begin();
            }
            login = _inFlight;
        }
        if (login is null)
        {
            if (IsWithin(_lastFreshLogin, DeadTokenRest) || await IsAliveAsync(denied, ct).ConfigureAwait(false))
                return null;
            login = Join(denied);
        }
        var fresh = await login.WaitAsync(ct).ConfigureAwait(false);
        return fresh.Token == denied.Token ? null : fresh;
    }

    /// <summary>Replaces a lease by a new login; joins the login that is in flight.</summary>
    internal Task<VaultLease> Join(VaultLease? replaced)
    {
        lock (_gate)
        {
            return _lease is { } current && current != replaced && !current.IsOver(_clocks) ? Task.FromResult(current) : Begin();
        }
    }

    /// <summary>Under the gate.</summary>
    private Task<VaultLease> Begin()
    {
        ObjectDisposedException.ThrowIf(_isEnding, this);
        return _inFlight ??= Task.Run(LoginAsync);
    }

    /// <summary>Replaces a lease by its renewal.</summary>
    internal void Replace(VaultLease old, VaultLease renewed)
    {
        lock (_gate)
        {
            if (_lease == old)
                Volatile.Write(ref _lease, renewed);
        }
    }

    /// <summary>Whether a token is still known; true where Vault cannot say.</summary>
    internal async ValueTask<bool> IsAliveAsync(VaultLease lease, CancellationToken ct)
    {
        try
        {
            using var reply = await _client
                .SendAsync(VaultRequest.Get("auth/token/lookup-self"), lease.Token, ct)
                .ConfigureAwait(false);
            return reply.Status != 403;
        }
        catch (SecretUnavailableException)
        {
            return true;
        }
    }

    internal SecretAccessDeniedException GivenTokenRefused(SecretName? about) =>
        new(
            SecretErrorCode.LoginRejected,
            $"Vault does not accept the token from {_login.Method.Sources}: it has expired, was revoked, has no uses left "
                + $"(-use-limit), or belongs to another server{(about is { } name ? $" ('{name}')" : "")}. Provide a new "
                + "one. (A token without the policy 'default' looks the same; add the lines that 'strongroom policy' prints.)",
            about,
            VaultDefaults.BackendName
        );

    /// <summary>Revokes a token from our own login; a configured one is left alone.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<VaultLease>? inFlight;
        lock (_gate)
        {
            if (_isEnding)
                return;
            _isEnding = true;
            inFlight = _inFlight;
        }
        await _stopping.CancelAsync().ConfigureAwait(false);
        TokenRenewal.Dispose();
        if (inFlight is not null)
            await ((Task)inFlight).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Current is { IsOwn: true } lease)
            await RevokeAsync(lease).ConfigureAwait(false);
        Volatile.Write(ref _lease, null);
        _stopping.Dispose();
    }

    private async Task<VaultLease> LoginAsync()
    {
        try
        {
            var lease = await _login.RunAsync(_stopping.Token).ConfigureAwait(false);
            lock (_gate)
            {
                // The same given token again is no news: its life is known already.
                if (_lease is { IsOwn: false } same && same.Token == lease.Token && !same.IsOver(_clocks))
                    return same;
                Volatile.Write(ref _lease, lease);
                _lastFreshLogin = _clocks.Now;
            }
            TokenRenewal.Arm(lease);
            return lease;
        }
        finally
        {
            lock (_gate)
                _inFlight = null;
        }
    }

    private bool IsWithin(ClockReading? last, TimeSpan rest) => last is { } then && _clocks.Elapsed(then) < rest;

    private async ValueTask RevokeAsync(VaultLease lease)
    {
        using var limit = new CancellationTokenSource(s_revokeTime, _clocks.Time);
        try
        {
            using var reply = await _client
                .SendAsync(VaultRequest.Post("auth/token/revoke-self", null), lease.Token, limit.Token)
                .ConfigureAwait(false);
            if (reply.IsSuccess)
                Log.TokenRevoked(_logger);
            else
                Log.RevokeFailed(_logger, $"status {reply.Status}");
        }
        catch (Exception e) when (e is SecretException or OperationCanceledException)
        {
            Log.RevokeFailed(_logger, (e as SecretException)?.Code.ToString() ?? "no answer in time");
        }
    }
}
