using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

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
    /// A hash of the eight characters from <paramref name="first"/> on. Its top bits are good. Folding the second half between
    /// the bytes of the first loses nothing in Latin text, and leaves a single multiplication that no other position waits for,
    /// which is what a rolling hash would cost more.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Hash(ref readonly char first, ulong multiplier)
    {
        ref var bytes = ref Unsafe.As<char, byte>(ref Unsafe.AsRef(in first));
        var low = Unsafe.ReadUnaligned<ulong>(ref bytes);
        var high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, sizeof(ulong)));
        return (low ^ BitOperations.RotateLeft(high, 8)) * multiplier;
    }

    internal static uint Head(ulong hash) => (uint)(hash >> (64 - Fingerprint.HeadBits));

    internal ushort Tail(ReadOnlySpan<char> form) => (ushort)(Hash(in form[^Window], Multiplier) >> 48);

    internal UInt128 Digest(ReadOnlySpan<char> form) => Digest(MemoryMarshal.AsBytes(form));

    internal UInt128 Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_digestKey, bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    internal Fingerprint Take(ReadOnlySpan<char> form, int before = 0, int after = 0) =>
        new()
        {
            Head = Head(Hash(in form[0], Multiplier)),
            Tail = Tail(form),
            Length = form.Length,
            Before = (byte)before,
            After = (byte)after,
            Digest = Digest(form),
        };
}
