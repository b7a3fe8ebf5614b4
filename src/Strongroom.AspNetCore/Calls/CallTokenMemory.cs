namespace Strongroom.AspNetCore;

/// <summary>
/// Remembers which tokens were used while they are valid, so that a call that changes something cannot be repeated by a listener.
/// </summary>
/// <remarks>
/// Two generations of ids, of which the older is dropped whole: nothing is ever searched for expired entries. Only ids of verified
/// tokens come in, so a stranger cannot fill it; full, it refuses.
/// </remarks>
internal sealed class CallTokenMemory
{
    internal const int Capacity = 65_536;

    private static readonly long s_generationSeconds = (long)(CallToken.Life + 2 * CallToken.Skew).TotalSeconds + 1;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private long _turnedAt;
    private HashSet<(string, string)> _newer = [];
    private HashSet<(string, string)> _older = [];

    public CallTokenMemory(TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetUtcNow().ToUnixTimeSeconds();
        _turnedAt = _startedAt;
    }

    internal bool TryUse(CallToken token)
    {
        // A token from before this process may have been used on its predecessor, which took its memory along.
        if (token.IssuedAt < _startedAt)
            return false;
        var id = (token.Issuer, token.Id);
        lock (_gate)
        {
            var now = _time.GetUtcNow().ToUnixTimeSeconds();
            if (now - _turnedAt >= s_generationSeconds)
                (_older, _newer, _turnedAt) = (_newer, [], now);
            return _newer.Count < Capacity && !_older.Contains(id) && _newer.Add(id);
        }
    }
}
