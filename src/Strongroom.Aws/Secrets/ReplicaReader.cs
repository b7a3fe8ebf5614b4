using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Strongroom.Aws.Transport;
using Strongroom.Backends;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>
/// Reads from a replica what the first region cannot answer now, and takes it only where it is the version that the first region
/// last confirmed to this process: a replica that lags behind, or ran ahead, counts as no answer. It is never written to.
/// </summary>
internal sealed class ReplicaReader : IDisposable
{
    /// <summary>Half of what the resilience layer gives to an attempt, so that the other half is the replica's.</summary>
    internal static readonly TimeSpan PatienceWithTheFirst = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SecretVersion> _confirmed = new(StringComparer.Ordinal);
    private readonly AwsSender _sender;
    private readonly BatchReader _batches;
    private readonly string _first;
    private readonly ILogger _logger;
    private int _standsIn;

    private ReplicaReader(AwsSender sender, string first, ILogger logger)
    {
        _sender = sender;
        _batches = new BatchReader(sender, new SecretReader(sender), logger);
        _first = first;
        _logger = logger;
    }

    /// <summary>The one that the options ask for, or null.</summary>
    internal static ReplicaReader? For(AwsOptions options, string first, TimeProvider time, ILogger logger)
    {
        if (options.ReplicaRegion is not { } region)
            return null;
        var endpoint = options.ReplicaEndpoint ?? (options.Endpoint is { } own && PeerAddress.IsLoopback(own) ? own : null);
        return new ReplicaReader(new AwsSender(options, region, endpoint, time, logger), first, logger);
    }

    internal async ValueTask<IReadOnlyList<SecretReadResult>> StandInAsync(
        IReadOnlyList<SecretReadResult> answers,
        CancellationToken ct
    )
    {
        var result = answers.ToArray();
        var open = new List<int>();
        for (var i = 0; i < result.Length; i++)
        {
            var answer = result[i];
            if (answer.Request is not { Version: null, Stage: SecretStage.Current })
                continue;
            if (answer.Succeeded)
                _confirmed[answer.Request.Path.ToString()] = answer.Version;
            else if (
                answer.Error.IsTransient
                && answer.Error.Code != SecretErrorCode.Throttled
                && _confirmed.ContainsKey(answer.Request.Path.ToString())
            )
                open.Add(i);
        }
        if (open.Count == 0)
        {
            if (Array.Exists(result, answer => answer.Succeeded) && Interlocked.Exchange(ref _standsIn, 0) == 1)
                Log.ReplicaStandsDown(_logger, _first);
            return result;
        }
        var others = await _batches.AnswerAsync([.. open.Select(i => result[i].Request)], ct).ConfigureAwait(false);
        for (var i = 0; i < open.Count; i++)
        {
            if (!others[i].Succeeded)
                continue;
            if (_confirmed.TryGetValue(others[i].Request.Path.ToString(), out var known) && known == others[i].Version)
                result[open[i]] = others[i];
            else
                End(others[i].Values!);
        }
        if (open.Exists(i => result[i].Succeeded) && Interlocked.Exchange(ref _standsIn, 1) == 0)
            Log.ReplicaTakesOver(_logger, _first, _sender.Region);
        return result;
    }

    public void Dispose() => _sender.Dispose();

    private static void End(IReadOnlyList<SecretValue> values)
    {
        foreach (var value in values)
            value.Dispose();
    }
}
