using System.Net;

namespace Trading.ServiceDefaults;

/// <summary>A body that asks for permission each time that it is written to a connection, right before its last byte.</summary>
internal sealed class PermissionCheckedContent : HttpContent
{
    private readonly byte[] _body;
    private readonly Action _demand;

    private PermissionCheckedContent(byte[] body, Action demand) => (_body, _demand) = (body, demand);

    /// <summary>Takes the body into memory, so that nothing is waited for once it is being written.</summary>
    /// <param name="content">The body; null where the request has none.</param>
    /// <param name="demand">Throws where the request may not leave.</param>
    /// <param name="ct">Gives up.</param>
    internal static async Task<PermissionCheckedContent> OfAsync(HttpContent? content, Action demand, CancellationToken ct)
    {
        var gated = new PermissionCheckedContent(content is null ? [] : await content.ReadAsByteArrayAsync(ct), demand);
        foreach (var (name, values) in content?.Headers.NonValidated ?? default)
            gated.Headers.TryAddWithoutValidation(name, values);
        return gated;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        var last = Math.Max(0, _body.Length - 1);
        await stream.WriteAsync(_body.AsMemory(0, last), cancellationToken);
        _demand();
        await stream.WriteAsync(_body.AsMemory(last), cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
