using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Strongroom.Audit;
using static Strongroom.Journaling.JournalLayout;

namespace Strongroom.Journaling;

/// <summary>
/// Turns records into their fixed bytes and back. What a caller or a remote sizes is cut here, before any lock is taken. The
/// sequence is not its concern: it is written last, by the journal.
/// </summary>
internal static class JournalCodec
{
    internal static void Encode(Span<byte> room, in JournalRecord record)
    {
        room = room[RecordChecksum..RecordSize];
        room.Clear();
        room[At(RecordOperation)] = (byte)record.Operation;
        room[At(RecordOutcome)] = (byte)record.Outcome;
        room[At(RecordSource)] = (byte)record.Source;
        BinaryPrimitives.WriteInt32LittleEndian(room[At(RecordError)..], (int?)record.Error ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(room[At(RecordCounter)..], record.Counter);
        // The wall clock may have gone back between the two.
        BinaryPrimitives.WriteInt64LittleEndian(
            room[At(RecordFirstAt)..],
            Math.Min(record.FirstAt.UtcTicks, record.LastAt.UtcTicks)
        );
        BinaryPrimitives.WriteInt64LittleEndian(room[At(RecordLastAt)..], record.LastAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(room[At(RecordCount)..], record.Count);
        BinaryPrimitives.WriteInt64LittleEndian(room[At(RecordDuration)..], record.Duration?.Ticks ?? -1);
        BinaryPrimitives.WriteInt64LittleEndian(room[At(RecordCountedUpTo)..], record.CountedUpTo);

        var text = room[At(RecordText)..At(RecordIntent)];
        BinaryPrimitives.WriteUInt16LittleEndian(
            room[At(RecordNameLength)..],
            (ushort)Put(ref text, record.Name, SecretName.MaxLength)
        );
        room[At(RecordVersionLength)] = (byte)Put(ref text, record.Version, SecretVersion.MaxLength);
        room[At(RecordRequestIdLength)] = (byte)Put(ref text, record.RequestId, MaxRequestId);
        room[At(RecordBackendLength)] = (byte)Put(ref text, record.Backend, MaxBackend);
        BinaryPrimitives.WriteInt64LittleEndian(room[At(RecordIntent)..], record.Intent);
    }

    /// <summary>Binds encoded bytes to their sequence.</summary>
    internal static void Seal(Span<byte> room, long sequence) =>
        BinaryPrimitives.WriteUInt32LittleEndian(room[RecordChecksum..], Checksum(room[RecordOperation..RecordSize], sequence));

    /// <summary>False where the bytes are not a whole record of that sequence: the process died while it was written.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> room, long sequence, out JournalRecord record)
    {
        record = default;
        if (
            BinaryPrimitives.ReadInt64LittleEndian(room) != sequence
            || BinaryPrimitives.ReadUInt32LittleEndian(room[RecordChecksum..])
                != Checksum(room[RecordOperation..RecordSize], sequence)
        )
            return false;

        var text = room[RecordText..];
        var error = BinaryPrimitives.ReadInt32LittleEndian(room[RecordError..]);
        var duration = BinaryPrimitives.ReadInt64LittleEndian(room[RecordDuration..]);
        record = new JournalRecord
        {
            Operation = (AccessOperation)room[RecordOperation],
            Outcome = (AccessOutcome)room[RecordOutcome],
            Source = (AccessSource)room[RecordSource],
            Error = error == 0 ? null : (SecretErrorCode)error,
            Counter = BinaryPrimitives.ReadInt32LittleEndian(room[RecordCounter..]),
            FirstAt = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(room[RecordFirstAt..]), TimeSpan.Zero),
            LastAt = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(room[RecordLastAt..]), TimeSpan.Zero),
            Count = BinaryPrimitives.ReadInt64LittleEndian(room[RecordCount..]),
            Duration = duration < 0 ? null : new TimeSpan(duration),
            CountedUpTo = BinaryPrimitives.ReadInt64LittleEndian(room[RecordCountedUpTo..]),
            Intent = BinaryPrimitives.ReadInt64LittleEndian(room[RecordIntent..]),
            Name = Take(ref text, BinaryPrimitives.ReadUInt16LittleEndian(room[RecordNameLength..])),
            Version = Take(ref text, room[RecordVersionLength]),
            RequestId = Take(ref text, room[RecordRequestIdLength]),
            Backend = Take(ref text, room[RecordBackendLength]),
        };
        return true;
    }

    private static int At(int field) => field - RecordChecksum;

    private static int Put(ref Span<byte> room, string? text, int max)
    {
        var written = Cut(room[..max], text);
        room = room[written..];
        return written;
    }

    /// <summary>Writes as many whole characters as there is room for, whatever the length of the text.</summary>
    internal static int Cut(Span<byte> room, string? text)
    {
        Utf8.FromUtf16(text, room, out _, out var written);
        return written;
    }

    private static string Take(ref ReadOnlySpan<byte> room, int length)
    {
        var text = Encoding.UTF8.GetString(room[..length]);
        room = room[length..];
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
