using System.Text.Json;
using Amazon.Runtime;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Transport;

/// <summary>A response from AWS. Disposing it zeroes the JSON's bytes.</summary>
/// <remarks>The SDK asks for a constructor without parameters and makes none: <see cref="ReplyReader"/> fills it.</remarks>
internal sealed class AwsReply : AmazonWebServiceResponse, IDisposable
{
    private ErasedBuffer? _body;
    private JsonDocument? _document;

    internal JsonElement Root => _document?.RootElement ?? default;

    /// <summary>AWS's id of the exchange, for the audit.</summary>
    internal string? RequestId { get; private init; }

    /// <summary>Takes over the body. Null where it is no JSON object, and so no answer of AWS's.</summary>
    internal static AwsReply? Read(ErasedBuffer body, string? requestId)
    {
        try
        {
            var document = JsonDocument.Parse(body.Written);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new AwsReply
                {
                    _body = body,
                    _document = document,
                    RequestId = requestId is { Length: > 0 and <= 64 } ? requestId : null,
                };
            document.Dispose();
        }
        catch (JsonException)
        {
            // The original says where in the body it broke, which may quote it.
        }
        return null;
    }

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.String
            ? found.GetString()
            : null;

    internal string? Text(string name) => Text(Root, name);

    /// <summary>The members of a list; none where there is no list of that name.</summary>
    internal static IEnumerable<JsonElement> List(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.Array
            ? found.EnumerateArray()
            : [];

    /// <summary>A moment: seconds since the epoch, with a fraction.</summary>
    internal static DateTimeOffset? Timestamp(JsonElement element, string name)
    {
        if (
            element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty(name, out var found)
            || found.ValueKind != JsonValueKind.Number
            || !found.TryGetDouble(out var seconds)
        )
            return null;
        return seconds is > 0 and < 253402300799 ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(seconds * 1000)) : null;
    }

    public void Dispose()
    {
        _document?.Dispose();
        _body?.Dispose();
    }
}
