using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Strongroom.Audit;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// Encodes records in fixed-size form and decodes them. Texts from callers and remote systems are truncated here, before any
/// lock is taken. The sequence is written last, by the journal.
/// </summary>
internal static class JournalCodec
{
    internal static void Encode(Span<byte> buffer, in JournalRecord record)
    {
        buffer = buffer[RecordChecksum..RecordSize];
        buffer.Clear();
        buffer[At(RecordOperation)] = (byte)record.Operation;
        buffer[At(RecordOutcome)] = (byte)record.Outcome;
        buffer[At(RecordSource)] = (byte)record.Source;
        BinaryPrimitives.WriteInt32LittleEndian(buffer[At(RecordError)..], (int?)record.Error ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[At(RecordCounter)..], record.Counter);
        // The wall clock may have gone back between the two.
        BinaryPrimitives.WriteInt64LittleEndian(
            buffer[At(RecordFirstAt)..],
            Math.Min(record.FirstAt.UtcTicks, record.LastAt.UtcTicks)
        );
        BinaryPrimitives.WriteInt64LittleEndian(buffer[At(RecordLastAt)..], record.LastAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[At(RecordCount)..], record.Count);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[At(RecordDuration)..], record.Duration?.Ticks ?? -1);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[At(RecordCountedUpTo)..], record.CountedUpTo);

        var text = buffer[At(RecordText)..At(RecordIntent)];
        BinaryPrimitives.WriteUInt16LittleEndian(
            buffer[At(RecordNameLength)..],
            (ushort)Put(ref text, record.Name, SecretName.MaxLength)
        );
        buffer[At(RecordVersionLength)] = (byte)Put(ref text, record.Version, SecretVersion.MaxLength);
        buffer[At(RecordRequestIdLength)] = (byte)Put(ref text, record.RequestId, MaxRequestId);
        buffer[At(RecordBackendLength)] = (byte)Put(ref text, record.Backend, MaxBackend);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[At(RecordIntent)..], record.Intent);
    }

    /// <summary>Binds an encoded record to its sequence.</summary>
    internal static void Seal(Span<byte> buffer, long sequence) =>
        BinaryPrimitives.WriteUInt32LittleEndian(
            buffer[RecordChecksum..],
            Checksum(buffer[RecordOperation..RecordSize], sequence)
        );

    /// <summary>
    /// False if the bytes are not a complete record of that sequence, since the process died while writing it.
    /// </summary>
    internal static bool TryDecode(ReadOnlySpan<byte> buffer, long sequence, out JournalRecord record)
    {
        record = default;
        if (
            BinaryPrimitives.ReadInt64LittleEndian(buffer) != sequence
            || BinaryPrimitives.ReadUInt32LittleEndian(buffer[RecordChecksum..])
                != Checksum(buffer[RecordOperation..RecordSize], sequence)
        )
            return false;

        var text = buffer[RecordText..];
        var error = BinaryPrimitives.ReadInt32LittleEndian(buffer[RecordError..]);
        var duration = BinaryPrimitives.ReadInt64LittleEndian(buffer[RecordDuration..]);
        record = new JournalRecord
        {
            Operation = (AccessOperation)buffer[RecordOperation],
            Outcome = (AccessOutcome)buffer[RecordOutcome],
            Source = (AccessSource)buffer[RecordSource],
            Error = error == 0 ? null : (SecretErrorCode)error,
            Counter = BinaryPrimitives.ReadInt32LittleEndian(buffer[RecordCounter..]),
            FirstAt = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(buffer[RecordFirstAt..]), TimeSpan.Zero),
            LastAt = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(buffer[RecordLastAt..]), TimeSpan.Zero),
            Count = BinaryPrimitives.ReadInt64LittleEndian(buffer[RecordCount..]),
            Duration = duration < 0 ? null : new TimeSpan(duration),
            CountedUpTo = BinaryPrimitives.ReadInt64LittleEndian(buffer[RecordCountedUpTo..]),
            Intent = BinaryPrimitives.ReadInt64LittleEndian(buffer[RecordIntent..]),
            Name = Take(ref text, BinaryPrimitives.ReadUInt16LittleEndian(buffer[RecordNameLength..])),
            Version = Take(ref text, buffer[RecordVersionLength]),
            RequestId = Take(ref text, buffer[RecordRequestIdLength]),
            Backend = Take(ref text, buffer[RecordBackendLength]),
        };
        return true;
    }

    private static int At(int field) => field - RecordChecksum;

    private static int Put(ref Span<byte> buffer, string? text, int max)
    {
        var written = Cut(buffer[..max], text);
        buffer = buffer[written..];
        return written;
    }

    /// <summary>Writes as many whole characters as fit.</summary>
    internal static int Cut(Span<byte> buffer, string? text)
    {
        Utf8.FromUtf16(text, buffer, out _, out var written);
        return written;
    }

    private static string Take(ref ReadOnlySpan<byte> buffer, int length)
    {
        var text = Encoding.UTF8.GetString(buffer[..length]);
        buffer = buffer[length..];
        return text;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes, long sequence)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)sequence);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes[..(bytes.Length & ~7)]))
            crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
