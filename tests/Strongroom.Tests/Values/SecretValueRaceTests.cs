namespace Strongroom.Tests.Values;

/// <summary>Reveals against zeroing: whole text or an exception, nothing else.</summary>
public class SecretValueRaceTests
{
    // Half of them have ended at any time, so that readers meet both kinds however the threads are scheduled.
    private const int Values = 8;
    private const int Size = 48;
    private const long LeastEnds = 10_000;
    private const long LeastRefused = 1_000;

    private readonly SecretValue[] _values = new SecretValue[Values];
    private long _whole;
    private long _refused;
    private long _torn;
    private long _ends;
    private byte _pattern;

    [Fact]
    public void Reveal_ten_million_times_against_zeroing_gives_the_whole_or_throws() =>
        Race(10_000_000, value =>
            value.Reveal(0, static (utf8, _) => utf8[0] != 0 && utf8.IndexOfAnyExcept(utf8[0]) < 0 && utf8.Length == Size)
        );

    [Fact]
    public void Reveal_string_against_zeroing_gives_the_whole_or_throws() =>
        Race(500_000, value =>
            value.Reveal() is { Length: Size } text && text[0] != 0 && text.AsSpan().IndexOfAnyExcept(text[0]) < 0
        );

    private void Race(long reveals, Func<SecretValue, bool> isWhole)
    {
        for (var slot = 0; slot < Values; slot++)
            _values[slot] = Next();
        for (var slot = Values / 2; slot < Values; slot++)
            _values[slot].Dispose();

        var threads = new List<Thread> { new(() => End(reveals)) };
        for (var reader = 0; reader < 3; reader++)
            threads.Add(new Thread(() => Read(reveals, isWhole)));
        foreach (var thread in threads)
        {
            thread.IsBackground = true;
            thread.Start();
        }
        foreach (var thread in threads)
            thread.Join();

        Assert.Equal(0, _torn);
    }

    /// <summary>
    /// The race goes on until it has been run: a count that is asserted at the end depends on how the threads are scheduled.
    /// </summary>
    private bool IsOver(long reveals) =>
        Interlocked.Read(ref _torn) > 0
        || (
            Interlocked.Read(ref _whole) >= reveals
            && Interlocked.Read(ref _refused) >= LeastRefused
            && Interlocked.Read(ref _ends) >= LeastEnds
        );

    private void Read(long reveals, Func<SecretValue, bool> isWhole)
    {
        var seen = 0;
        for (var turn = 0; !IsOver(reveals); turn++)
        {
            // Counted together, so that the counters are not what is measured.
            long whole = 0,
                refused = 0,
                torn = 0;
            for (var attempt = 0; attempt < 2000; attempt++)
            {
                var value = Volatile.Read(ref _values[(turn + attempt) % Values]);
                // An exception is dear, so most ended values are passed over.
                if (value.IsExpired && seen++ % 100 != 0)
                    continue;
                try
                {
                    if (isWhole(value))
                        whole++;
                    else
                        torn++;
                }
                catch (SecretUnavailableException e) when (e.Code == SecretErrorCode.Expired)
                {
                    refused++;
                }
            }
            Interlocked.Add(ref _whole, whole);
            Interlocked.Add(ref _refused, refused);
            Interlocked.Add(ref _torn, torn);
        }
    }

    private void End(long reveals)
    {
        for (var slot = 0; !IsOver(reveals); slot = (slot + 1) % Values)
        {
            // Ended in its place, and replaced half a round later: readers meet it alive, ending and ended.
            _values[slot].Dispose();
            Volatile.Write(ref _values[(slot + Values / 2) % Values], Next());
            Interlocked.Increment(ref _ends);
            Thread.SpinWait(20);
        }
    }

    private SecretValue Next()
    {
        _pattern = (byte)((_pattern % 120) + 1);
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Fill(_pattern);
        return SecretValue.FromBytes(bytes);
    }
}
