using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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
        Int16(buffer, ColumnLists.AccessCount);
        var columns = new Columns(buffer);
        AuditColumns.Visit(row, ref columns);
    }

    private static void Int16(ArrayBufferWriter<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(sizeof(short)), (short)value);
        buffer.Advance(sizeof(short));
    }

    private readonly struct Columns(ArrayBufferWriter<byte> buffer) : IAuditColumnVisitor
    {
        public string Text(string column, string value)
        {
            var storable = StoredValue.Text(value);
            var span = buffer.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(storable.Length));
            var length = Encoding.UTF8.GetBytes(storable, span[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(span, length);
            buffer.Advance(sizeof(int) + length);
            return value;
        }

        public string OfInstance(string column, string value) => value;

        public Guid Id(string column, Guid value)
        {
            var span = buffer.GetSpan(sizeof(int) + 16);
            BinaryPrimitives.WriteInt32BigEndian(span, 16);
            value.TryWriteBytes(span[sizeof(int)..], bigEndian: true, out _);
            buffer.Advance(sizeof(int) + 16);
            return value;
        }

        public int Int32(string column, int value)
        {
            var span = buffer.GetSpan(sizeof(int) + sizeof(int));
            BinaryPrimitives.WriteInt32BigEndian(span, sizeof(int));
            BinaryPrimitives.WriteInt32BigEndian(span[sizeof(int)..], value);
            buffer.Advance(sizeof(int) + sizeof(int));
            return value;
        }

        public long Int64(string column, long value, string? json)
        {
            BigInt(value);
            return value;
        }

        public DateTimeOffset Time(string column, DateTimeOffset value)
        {
            BigInt(StoredValue.Microseconds(value) - EpochMicroseconds);
            return value;
        }

        public TimeSpan? Duration(string column, TimeSpan? value, string json)
        {
            BigInt(StoredValue.Microseconds(value));
            return value;
        }

        public T Number<T>(string column, T value)
            where T : struct, Enum
        {
            SmallInt(Unsafe.BitCast<T, int>(value));
            return value;
        }

        public SecretErrorCode? Error(string column, SecretErrorCode? value)
        {
            SmallInt((int?)value);
            return value;
        }

        private void BigInt(long? value)
        {
            var span = buffer.GetSpan(sizeof(int) + sizeof(long));
            BinaryPrimitives.WriteInt32BigEndian(span, value is null ? -1 : sizeof(long));
            BinaryPrimitives.WriteInt64BigEndian(span[sizeof(int)..], value.GetValueOrDefault());
            buffer.Advance(sizeof(int) + (value is null ? 0 : sizeof(long)));
        }

        private void SmallInt(int? value)
        {
            var span = buffer.GetSpan(sizeof(int) + sizeof(short));
            BinaryPrimitives.WriteInt32BigEndian(span, value is null ? -1 : sizeof(short));
            BinaryPrimitives.WriteInt16BigEndian(span[sizeof(int)..], (short)value.GetValueOrDefault());
            buffer.Advance(sizeof(int) + (value is null ? 0 : sizeof(short)));
        }
    }
}
