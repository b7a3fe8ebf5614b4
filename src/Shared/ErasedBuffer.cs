using System.Buffers;
using System.Security.Cryptography;

namespace Strongroom.Backends.Wire;

/// <summary>A growing pooled buffer for secrets: every array is zeroed before it returns to the pool.</summary>
internal sealed class ErasedBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes;

    internal ErasedBuffer(int capacity = 512) => _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 1);
        if (_bytes.Length - Length < wanted)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + wanted, _bytes.Length * 2));
            Written.CopyTo(larger);
            Erase();
            _bytes = larger;
        }
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        if (_bytes.Length == 0)
            return;
        Erase();
        _bytes = [];
        Length = 0;
    }

    private void Erase()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        ArrayPool<byte>.Shared.Return(_bytes);
    }
}
