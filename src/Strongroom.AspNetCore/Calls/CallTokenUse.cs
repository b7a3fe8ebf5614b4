using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Uses a token up: in this process, and where there is a database in all instances of the service. While the database does not
/// answer, this process's memory decides alone: a cancel that is refused because of a database is worse than what a replay could
/// do.
/// </summary>
internal sealed class CallTokenUse(UsedCallTokens memory, IUsedIdStore? store, TimeProvider time, ILogger<CallTokenUse> logger)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private bool _isAway;
    private long _failedAt;

    internal async ValueTask<bool> TryUseAsync(CallToken token, CancellationToken ct)
    {
        if (!memory.TryUse(token))
            return false;
        if (store is null || IsResting())
            return true;
        try
        {
            // On the pool: SQLite waits for its lock on the caller's thread.
            var isFirst = await Task.Run(() => store.TryUseAsync(IdOf(token), CancellationToken.None).AsTask(), ct)
                .WaitAsync(s_patience, time, ct);
            Answered();
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

    /// <summary>True while a database that failed is left alone; then one call at a time asks it again.</summary>
    private bool IsResting()
    {
        lock (_gate)
        {
            if (!_isAway)
                return false;
            if (time.GetElapsedTime(_failedAt) < s_rest)
                return true;
            _failedAt = time.GetTimestamp();
            return false;
        }
    }

    private void Answered()
    {
        lock (_gate)
        {
            if (!_isAway)
                return;
            _isAway = false;
        }
        Log.UsedTokensShared(logger);
    }

    private void Failed(string error)
    {
        bool isNews;
        lock (_gate)
        {
            (isNews, _isAway, _failedAt) = (!_isAway, true, time.GetTimestamp());
        }
        if (isNews)
            Log.UsedTokensNotShared(logger, error);
    }

    /// <summary>The callee is part of it: services share one database.</summary>
    private static string IdOf(CallToken token) =>
        "call:"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{token.Issuer}\n{token.Audience}\n{token.Id}")));
}
