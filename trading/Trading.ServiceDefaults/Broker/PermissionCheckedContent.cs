using System.Net;

namespace Trading.ServiceDefaults;

/// <summary>A body that checks for permission right before its last byte, each time it is written to a connection.</summary>
internal sealed class PermissionCheckedContent : HttpContent
{
    private readonly byte[] _body;
    private readonly Action _requirePermission;

    private PermissionCheckedContent(byte[] body, Action requirePermission) =>
        (_body, _requirePermission) = (body, requirePermission);

    /// <summary>Reads the body into memory, so that writing it does not wait for anything.</summary>
    /// <param name="content">The body; null where the request has none.</param>
    /// <param name="requirePermission">Throws where the request may not leave.</param>
    /// <param name="ct">Cancels the reading.</param>
    internal static async Task<PermissionCheckedContent> OfAsync(
        HttpContent? content,
        Action requirePermission,
        CancellationToken ct
    )
    {
        var gated = new PermissionCheckedContent(
            content is null ? [] : await content.ReadAsByteArrayAsync(ct),
            requirePermission
        );
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
        _requirePermission();
        await stream.WriteAsync(_body.AsMemory(last), cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
