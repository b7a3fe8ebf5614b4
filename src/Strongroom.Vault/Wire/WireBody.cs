using System.Buffers;
using System.Text;
using Strongroom.Backends.Wire;

namespace Strongroom.Vault.Wire;

/// <summary>The request bodies. The caller erases each.</summary>
internal static class WireBody
{
    internal static ErasedBuffer Of(string field, SecretValue value)
    {
        var body = new ErasedBuffer();
        body.Write("{"u8);
        Field(body, field, value);
        body.Write("}"u8);
        return body;
    }

    /// <summary>A login's identity and its secret, each with its method's field; null where the method has none.</summary>
    internal static ErasedBuffer Login(string identityField, string? identity, string secretField, SecretValue? secret)
    {
        var body = new ErasedBuffer();
        body.Write("{"u8);
        if (identity is not null)
        {
            JsonText.Write(body, identityField);
            body.Write(":"u8);
            JsonText.Write(body, identity);
        }
        if (secret is not null)
        {
            if (identity is not null)
                body.Write(","u8);
            Field(body, secretField, secret);
        }
        body.Write("}"u8);
        return body;
    }

    /// <summary>Asks for the life that the token began with; Vault decides.</summary>
    internal static ErasedBuffer Renew(TimeSpan life) => Plain($$"""{"increment":{{(long)life.TotalSeconds}}}""");

    internal static ErasedBuffer Versions(IReadOnlyList<long> versions) =>
        Plain($$"""{"versions":[{{string.Join(',', versions)}}]}""");

    internal static ErasedBuffer Paths(IEnumerable<string> paths)
    {
        var body = new ErasedBuffer();
        body.Write("{\"paths\":["u8);
        var isFirst = true;
        foreach (var path in paths)
        {
            if (!isFirst)
                body.Write(","u8);
            isFirst = false;
            JsonText.Write(body, path);
        }
        body.Write("]}"u8);
        return body;
    }

    internal static ErasedBuffer CustomMetadata(IReadOnlyDictionary<string, string> entries)
    {
        var body = new ErasedBuffer();
        body.Write("{\"custom_metadata\":{"u8);
        var isFirst = true;
        foreach (var (key, value) in entries)
        {
            if (!isFirst)
                body.Write(","u8);
            isFirst = false;
            JsonText.Write(body, key);
            body.Write(":"u8);
            JsonText.Write(body, value);
        }
        body.Write("}}"u8);
        return body;
    }

    /// <summary>A KV v2 write: the given data under check-and-set.</summary>
    internal static ErasedBuffer Write(long cas, ReadOnlySpan<byte> data)
    {
        var body = Plain($$"""{"options":{"cas":{{cas}}},"data":""");
        body.Write(data);
        body.Write("}"u8);
        return body;
    }

    private static void Field(ErasedBuffer body, string field, SecretValue value)
    {
        JsonText.Write(body, field);
        body.Write(":"u8);
        JsonText.Write(body, value);
    }

    private static ErasedBuffer Plain(string json)
    {
        var body = new ErasedBuffer();
        body.Write(Encoding.UTF8.GetBytes(json));
        return body;
    }
}
