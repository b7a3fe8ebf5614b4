namespace Strongroom.Tests.Values;

/// <summary>Reveals against zeroing: whole text or an exception, nothing else.</summary>
public class SecretValueRaceTests
{
    private const int Values = 8;
    private const int Size = 48;

    private readonly SecretValue[] _values = new SecretValue[Values];
    private long _attempts;
    private long _whole;
    private long _ended;
    private long _torn;
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

    private void Race(long attempts, Func<SecretValue, bool> isWhole)
    {
        for (var slot = 0; slot < Values; slot++)
            _values[slot] = Next();

        var readers = new Thread[3];
        for (var reader = 0; reader < readers.Length; reader++)
            readers[reader] = new Thread(() => Read(attempts, isWhole)) { IsBackground = true };
        var ender = new Thread(() => End(attempts)) { IsBackground = true };
        foreach (var reader in readers)
            reader.Start();
        ender.Start();
        foreach (var reader in readers)
            reader.Join();
        ender.Join();

        Assert.Equal(0, _torn);
        Assert.True(_whole + _ended >= attempts);
        // A race that was not run proves nothing.
        Assert.True(_whole > 0, "no reveal succeeded");
        Assert.True(_ended > 0, "no reveal met an ended value");
    }

    private void Read(long attempts, Func<SecretValue, bool> isWhole)
    {
        for (var turn = 0; Interlocked.Read(ref _attempts) < attempts; turn++)
        {
            // One count a thousand attempts, so that the counter is not what is measured.
            long whole = 0,
                ended = 0,
                torn = 0;
            for (var attempt = 0; attempt < 1000; attempt++)
            {
                var value = Volatile.Read(ref _values[(turn + attempt) % Values]);
                try
                {
                    // An exception is dear, so most ended values are passed over; some are tried all the same.
                    if (value.IsExpired && attempt % 100 != 0)
                    {
                        attempt--;
                        turn++;
                        continue;
                    }
                    if (isWhole(value))
                        whole++;
                    else
                        torn++;
                }
                catch (SecretUnavailableException e) when (e.Code == SecretErrorCode.Expired)
                {
                    ended++;
                }
            }
            Interlocked.Add(ref _attempts, 1000);
            Interlocked.Add(ref _whole, whole);
            Interlocked.Add(ref _ended, ended);
            Interlocked.Add(ref _torn, torn);
        }
    }

    private void End(long attempts)
    {
        for (var slot = 0; Interlocked.Read(ref _attempts) < attempts; slot = (slot + 1) % Values)
        {
            // Ended in its place, then replaced: readers meet it alive, ending and ended.
            _values[slot].Dispose();
            Thread.SpinWait(20);
            Volatile.Write(ref _values[slot], Next());
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
