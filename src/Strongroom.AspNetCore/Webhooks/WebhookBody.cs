using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strongroom.AspNetCore;

/// <summary>The raw body, read completely before it is verified, in pooled memory that is cleared on return.</summary>
internal sealed class WebhookBody : IDisposable
{
    /// <summary>The highest limit that a route may set.</summary>
    internal const int MaxLimit = 64 * 1024 * 1024;

    /// <summary>The buffer grows as the body arrives, so a half-sent one holds at most twice what was sent.</summary>
    private const int FirstBytes = 4 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _length;

    private WebhookBody() { }

    internal ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads the body; null where it is larger than <paramref name="limit"/>.</summary>
    internal static async ValueTask<WebhookBody?> ReadAsync(HttpRequest request, int limit, CancellationToken ct)
    {
        if (request.ContentLength > limit)
            return null;
        // The route's own limit applies, not the listener's. Reading one byte more than allowed shows that a body is too large.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit + 1L;
        var body = new WebhookBody();
        try
        {
            while (body._length <= limit)
            {
                if (body._length == body._buffer.Length)
                    body.Grow();
                var space = Math.Min(body._buffer.Length, limit + 1) - body._length;
                var read = await request.Body.ReadAsync(body._buffer.AsMemory(body._length, space), ct);
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

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }

    internal Stream OpenRead() => new MemoryStream(_buffer, 0, _length, writable: false);

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
    }
}
