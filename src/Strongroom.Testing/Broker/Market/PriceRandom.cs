using System.Text;

namespace Strongroom.Testing;

/// <summary>
/// SplitMix64: the same numbers on every platform and .NET version, which <see cref="Random"/> does not promise.
/// </summary>
internal sealed class PriceRandom(ulong state)
{
    public static PriceRandom For(int seed, string symbol)
    {
        var hash = 14695981039346656037UL;
        foreach (var octet in Encoding.UTF8.GetBytes(symbol))
            hash = (hash ^ octet) * 1099511628211UL;
        return new PriceRandom(hash ^ ((ulong)(uint)seed * 0x9E3779B97F4A7C15UL));
    }

    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public int Between(int low, int high) => low + (int)(Uniform() * (high - low + 1));

    // A sum of uniforms is close enough to a normal and needs no function that rounds differently between machines.
    public double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
            sum += Uniform();
        return sum;
    }

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
