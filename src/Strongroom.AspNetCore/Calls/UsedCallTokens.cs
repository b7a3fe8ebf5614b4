using System.Security.Cryptography;
using System.Text;

namespace Strongroom.AspNetCore;

/// <summary>
/// Remembers in this process which tokens were used, so that an eavesdropper cannot repeat a call that changes something.
/// </summary>
/// <remarks>
/// An id is kept for an hour of monotonic time, though a token is valid for less than a minute: a clock that is stepped back
/// makes old tokens valid again. Only ids of verified tokens are added, so an unauthenticated client cannot fill it. When full,
/// it forgets the oldest id whose token has expired, and refuses new tokens where there is none.
/// </remarks>
internal sealed class UsedCallTokens
{
    internal const int Capacity = 131_072;

    private static readonly TimeSpan s_kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_window = CallToken.Life + (2 * CallToken.Skew) + TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _startedAt;
    private readonly long _started;
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<(UInt128 Id, long UsedAt)> _oldestFirst = new();

    public UsedCallTokens(TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetUtcNow();
        _started = time.GetTimestamp();
    }

    internal bool TryUse(CallToken token)
    {
        // A token from before the start may have been used in the previous process, whose memory is gone.
        if (token.IssuedAt < StartedAt.ToUnixTimeSeconds())
            return false;
        var id = IdOf(token);
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_oldestFirst.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.UsedAt, now) >= s_kept)
                Forget();
            if (_known.Contains(id))
                return false;
            if (_known.Count >= Capacity)
            {
                if (_time.GetElapsedTime(_oldestFirst.Peek().UsedAt, now) <= s_window)
                    return false;
                Forget();
            }
            _oldestFirst.Enqueue((id, now));
            return _known.Add(id);
        }
    }

    /// <summary>
    /// When this process started, on the present wall clock: its current time less the monotonic time since the start. After a
    /// step of the clock, callers' clocks agree with the new one.
    /// </summary>
    private DateTimeOffset StartedAt
    {
        get
        {
            var shown = _time.GetUtcNow() - _time.GetElapsedTime(_started);
            return (shown - _startedAt).Duration() < s_step ? _startedAt : shown;
        }
    }

    private void Forget() => _known.Remove(_oldestFirst.Dequeue().Id);

    private static UInt128 IdOf(CallToken token) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{token.Issuer}\n{token.Id}"))
        );
}
