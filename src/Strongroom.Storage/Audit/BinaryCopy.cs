using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>
/// Rows in PostgreSQL's binary COPY format: a header, then for each row the number of fields and each field with its length, in
/// network byte order. Written here and not by Npgsql's importer, whose call for each field costs more than the server's whole
/// work.
/// </summary>
internal static class BinaryCopy
{
    /// <summary>PostgreSQL counts from 2000.</summary>
    private const long EpochMicroseconds = 946_684_800_000_000;

    internal static void WriteHeader(ArrayBufferWriter<byte> buffer)
    {
        // Signature, flags, length of the header's extension.
        ReadOnlySpan<byte> header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
        buffer.Write(header);
    }

    internal static void WriteTrailer(ArrayBufferWriter<byte> buffer) => Int16(buffer, -1);

    internal static void WriteRow(ArrayBufferWriter<byte> buffer, AccessRow row)
    {
        Int16(buffer, AccessColumns.Count);
        Text(buffer, row.Instance);
        Id(buffer, row.Boot);
        BigInt(buffer, row.Sequence);
        Text(buffer, row.Service);
        BigInt(buffer, StoredValue.Microseconds(row.FirstAt) - EpochMicroseconds);
        BigInt(buffer, StoredValue.Microseconds(row.LastAt) - EpochMicroseconds);
        BigInt(buffer, row.AccessCount);
        SmallInt(buffer, (int)row.Operation);
        SmallInt(buffer, (int)row.Outcome);
        SmallInt(buffer, (int)row.Source);
        Text(buffer, row.Name);
        Text(buffer, row.Version);
        Text(buffer, row.Backend);
        Text(buffer, row.RequestId);
        BigInt(buffer, AccessColumns.Duration(row));
        SmallInt(buffer, (int?)row.Error);
    }

    private static void Text(ArrayBufferWriter<byte> buffer, string text)
    {
        var storable = StoredValue.Text(text);
        var longest = Encoding.UTF8.GetMaxByteCount(storable.Length);
        var span = buffer.GetSpan(sizeof(int) + longest);
        var length = Encoding.UTF8.GetBytes(storable, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        buffer.Advance(sizeof(int) + length);
    }

    private static void Id(ArrayBufferWriter<byte> buffer, Guid id)
    {
        var span = buffer.GetSpan(sizeof(int) + 16);
        BinaryPrimitives.WriteInt32BigEndian(span, 16);
        id.TryWriteBytes(span[sizeof(int)..], bigEndian: true, out _);
        buffer.Advance(sizeof(int) + 16);
    }

    private static void BigInt(ArrayBufferWriter<byte> buffer, long? value)
    {
        var span = buffer.GetSpan(sizeof(int) + sizeof(long));
        BinaryPrimitives.WriteInt32BigEndian(span, value is null ? -1 : sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(span[sizeof(int)..], value.GetValueOrDefault());
        buffer.Advance(sizeof(int) + (value is null ? 0 : sizeof(long)));
    }

    private static void SmallInt(ArrayBufferWriter<byte> buffer, int? value)
    {
        var span = buffer.GetSpan(sizeof(int) + sizeof(short));
        BinaryPrimitives.WriteInt32BigEndian(span, value is null ? -1 : sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(span[sizeof(int)..], (short)value.GetValueOrDefault());
        buffer.Advance(sizeof(int) + (value is null ? 0 : sizeof(short)));
    }

    private static void Int16(ArrayBufferWriter<byte> buffer, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(sizeof(short)), value);
        buffer.Advance(sizeof(short));
    }
}
