using System.Net;

namespace Strongroom.AspNetCore;

/// <summary>The body of a response, which fails with an error once it exceeds a limit.</summary>
internal sealed class LimitedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly long _most;

    private LimitedContent(HttpContent content, long most)
    {
        (_content, _most) = (content, most);
        foreach (var (name, values) in content.Headers)
            Headers.TryAddWithoutValidation(name, values);
    }

    /// <exception cref="HttpRequestException">The response's length exceeds the limit.</exception>
    internal static HttpResponseMessage Of(HttpResponseMessage response, long most)
    {
        // The length in a response to HEAD is that of a body that is not sent.
        if (response.Content.Headers.ContentLength > most && response.RequestMessage?.Method != HttpMethod.Head)
        {
            response.Dispose();
            throw TooLarge(most);
        }
        response.Content = new LimitedContent(response.Content, most);
        return response;
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new Limited(await _content.ReadAsStreamAsync(), _most);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        await using var limited = new Limited(await _content.ReadAsStreamAsync(cancellationToken), _most);
        await limited.CopyToAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length) => (length = _content.Headers.ContentLength ?? -1) >= 0;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }

    private static HttpRequestException TooLarge(long most) =>
        new(HttpRequestError.ConfigurationLimitExceeded, $"The response is larger than {most} bytes.");

    private sealed class Limited(Stream inner, long most) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Count(await inner.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }

        private int Count(int read) => (_read += read) <= most ? read : throw TooLarge(most);
    }
}
