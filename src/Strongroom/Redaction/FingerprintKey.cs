using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Strongroom.Detection;

namespace Strongroom.Redaction;

/// <summary>The random keys under which fingerprints are made: new in each process, never written down.</summary>
internal sealed class FingerprintKey
{
    /// <summary>How many characters the filter looks at. Shorter values have no fingerprint.</summary>
    internal const int Window = 8;

    private readonly byte[] _digestKey = RandomNumberGenerator.GetBytes(32);

    // Odd, so that multiplying loses nothing.
    internal ulong Multiplier { get; } = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>
    /// A hash of the eight bytes from <paramref name="first"/> on. Its top bits are good. It is a single multiplication that no
    /// other position waits for, which is what a rolling hash would cost more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Hash(ref readonly byte first, ulong multiplier) => Unsafe.ReadUnaligned<ulong>(in first) * multiplier;

    internal static uint Head(ulong hash) => (uint)(hash >> (64 - Fingerprint.HeadBits));

    /// <summary>Of the first characters, as <see cref="ByteChunk"/> has them.</summary>
    internal uint Head(ReadOnlySpan<char> form)
    {
        var first = Characters(form[..Window]);
        return Head(Vector128.NarrowWithSaturation(first, first).AsUInt64().ToScalar() * Multiplier);
    }

    /// <summary>Of the last characters' lower bytes, so that text beyond Latin-1 is told apart too.</summary>
    internal ushort Tail(ReadOnlySpan<char> form)
    {
        var last = Characters(form[^Window..]);
        return (ushort)((Vector128.Narrow(last, last).AsUInt64().ToScalar() * Multiplier) >> 48);
    }

    internal UInt128 Digest(ReadOnlySpan<char> form)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_digestKey, MemoryMarshal.AsBytes(form), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>What tells a value from others.</summary>
    internal string Identity(ReadOnlySpan<byte> value) => Convert.ToBase64String(HMACSHA256.HashData(_digestKey, value));

    internal Fingerprint Take(ReadOnlySpan<char> form, int before = 0, int after = 0) =>
        new()
        {
            Head = Head(form),
            Tail = Tail(form),
            Length = form.Length,
            Before = (byte)before,
            After = (byte)after,
            Digest = Digest(form),
        };

    private static Vector128<ushort> Characters(ReadOnlySpan<char> window) =>
        Vector128.Create(MemoryMarshal.Cast<char, ushort>(window));
}
