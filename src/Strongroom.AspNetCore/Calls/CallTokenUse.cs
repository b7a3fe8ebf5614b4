using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Marks a token as used: in this process, and where there is a database in all instances of the service. While the database is
/// unavailable, this process's memory decides alone, since refusing a cancel because of a database is worse than what a replay
/// can do.
/// </summary>
internal sealed class CallTokenUse(UsedCallTokens memory, IUsedIdStore? store, TimeProvider time, ILogger<CallTokenUse> logger)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private bool _isUnavailable;
    private long _failedAt;

    internal async ValueTask<bool> TryUseAsync(CallToken token, CancellationToken ct)
    {
        if (!memory.TryUse(token))
            return false;
        if (store is null || IsPaused())
            return true;
        try
        {
            // On the thread pool: SQLite waits for its lock on the caller's thread.
            var isFirst = await Task.Run(() => store.TryUseAsync(IdOf(token), CancellationToken.None).AsTask(), ct)
                .WaitAsync(s_timeout, time, ct);
            Succeeded();
            return isFirst;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            Failed(e as SecretException is { } known ? known.Code.ToString() : e.GetType().Name);
            return true;
        }
    }

    /// <summary>True while a database that failed is not asked; after the pause one call at a time asks it again.</summary>
    private bool IsPaused()
    {
        lock (_gate)
        {
            if (!_isUnavailable)
                return false;
            if (time.GetElapsedTime(_failedAt) < s_pause)
                return true;
            _failedAt = time.GetTimestamp();
            return false;
        }
    }

    private void Succeeded()
    {
        lock (_gate)
        {
            if (!_isUnavailable)
                return;
            _isUnavailable = false;
        }
        Log.UsedTokensShared(logger);
    }

    private void Failed(string error)
    {
        bool isNews;
        lock (_gate)
        {
            (isNews, _isUnavailable, _failedAt) = (!_isUnavailable, true, time.GetTimestamp());
        }
        if (isNews)
            Log.UsedTokensNotShared(logger, error);
    }

    /// <summary>Includes the callee, since services share one database.</summary>
    private static string IdOf(CallToken token) =>
        "call:"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{token.Issuer}\n{token.Audience}\n{token.Id}")));
}
