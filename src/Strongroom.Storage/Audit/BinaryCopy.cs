using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Strongroom.Audit;

namespace Strongroom.Storage.Audit;

/// <summary>
/// Writes rows in PostgreSQL's binary COPY format: a header, then for each row the number of fields and each field with its
/// length, in network byte order. Npgsql's importer is not used, since its call per field costs more than the server's entire
/// work.
/// </summary>
internal static class BinaryCopy
{
    /// <summary>PostgreSQL's epoch is 2000-01-01.</summary>
    private const long EpochMicroseconds = 946_684_800_000_000;

    internal static void WriteHeader(ArrayBufferWriter<byte> buffer)
    {
        // Signature, flags, length of the header's extension.
        ReadOnlySpan<byte> header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
        buffer.Write(header);
    }

    internal static void WriteTrailer(ArrayBufferWriter<byte> buffer)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(sizeof(short)), -1);
        buffer.Advance(sizeof(short));
    }

    internal static void WriteRow(ArrayBufferWriter<byte> buffer, AccessRow row)
    {
        var columns = new Columns(buffer);
        AuditColumns.Visit(row, ref columns);
        columns.End();
    }

    /// <summary>
    /// Reserves memory for many fields at once, since requesting it per field costs more than writing the field.
    /// </summary>
    private ref struct Columns : IAuditColumnVisitor
    {
        private const int TypicalRowBytes = 512;

        private readonly ArrayBufferWriter<byte> _buffer;
        private Span<byte> _free;
        private int _written;

        internal Columns(ArrayBufferWriter<byte> buffer)
        {
            _buffer = buffer;
            _free = buffer.GetSpan(TypicalRowBytes);
            BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), ColumnLists.AccessCount);
        }

        public string Text(string column, string value)
        {
            var storable = StoredValue.Text(value);
            var longest = Encoding.UTF8.GetMaxByteCount(storable.Length);
            var field = Take(sizeof(int) + longest);
            var length = Encoding.UTF8.GetBytes(storable, field[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(field, length);
            GiveBack(longest - length);
            return value;
        }

        public readonly string InstanceText(string column, string value) => value;

        public Guid Id(string column, Guid value)
        {
            const int size = 16;
            value.TryWriteBytes(Field(size), bigEndian: true, out _);
            return value;
        }

        public int Int32(string column, int value)
        {
            BinaryPrimitives.WriteInt32BigEndian(Field(sizeof(int)), value);
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
            if (StoredValue.Microseconds(value) is { } microseconds)
                BigInt(microseconds);
            else
                Null();
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
            if (value is { } error)
                SmallInt((int)error);
            else
                Null();
            return value;
        }

        internal readonly void End() => _buffer.Advance(_written);

        private void BigInt(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(sizeof(long)), value);

        private void SmallInt(int value) => BinaryPrimitives.WriteInt16BigEndian(Field(sizeof(short)), (short)value);

        private void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);

        private Span<byte> Field(int length)
        {
            var field = Take(sizeof(int) + length);
            BinaryPrimitives.WriteInt32BigEndian(field, length);
            return field[sizeof(int)..];
        }

        private Span<byte> Take(int bytes)
        {
            if (_free.Length - _written < bytes)
            {
                _buffer.Advance(_written);
                _free = _buffer.GetSpan(Math.Max(bytes, TypicalRowBytes));
                _written = 0;
            }
            var taken = _free.Slice(_written, bytes);
            _written += bytes;
            return taken;
        }

        private void GiveBack(int bytes) => _written -= bytes;
    }
}
