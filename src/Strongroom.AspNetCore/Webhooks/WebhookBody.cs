using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>The raw body, read whole before anything of it is believed, in pooled memory that is wiped on return.</summary>
internal sealed class WebhookBody : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private WebhookBody(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    internal ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads the body; null where it is larger than <paramref name="limit"/>.</summary>
    internal static async ValueTask<WebhookBody?> ReadAsync(HttpRequest request, int limit, CancellationToken ct)
    {
        if (request.ContentLength > limit)
            return null;
        // One byte more than allowed tells a full body from one that is too large.
        var body = new WebhookBody(limit + 1);
        try
        {
            while (body._length <= limit)
            {
                var read = await request.Body.ReadAsync(body._buffer.AsMemory(body._length, limit + 1 - body._length), ct);
                if (read == 0)
                    return body;
                body._length += read;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
        body.Dispose();
        return null;
    }

    internal Stream OpenRead() => new MemoryStream(_buffer, 0, _length, writable: false);

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
    }
}
