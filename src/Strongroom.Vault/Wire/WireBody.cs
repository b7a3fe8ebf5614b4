using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Auth;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Wire;

/// <summary>The bodies that are sent. Each is erased by whoever asked for it.</summary>
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

    internal static ErasedBuffer Login(LoginMethod method, string? identity, SecretValue? secret)
    {
        var body = new ErasedBuffer();
        body.Write("{"u8);
        if (identity is not null)
        {
            Text(body, method.IdentityField);
            body.Write(":"u8);
            Text(body, identity);
        }
        if (secret is not null)
        {
            if (identity is not null)
                body.Write(","u8);
            Field(body, method.SecretField, secret);
        }
        body.Write("}"u8);
        return body;
    }

    /// <summary>Asks for the life that the token began with; Vault decides.</summary>
    internal static ErasedBuffer Renew(TimeSpan life) => Plain($$"""{"increment":{{(long)life.TotalSeconds}}}""");

    internal static ErasedBuffer Versions(long version) => Plain($$"""{"versions":[{{version}}]}""");

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
            Text(body, path);
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
            Text(body, key);
            body.Write(":"u8);
            Text(body, value);
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

    /// <summary>The map with one field set or, without a value, taken out; the others as they are written.</summary>
    internal static ErasedBuffer Merge(JsonElement map, string field, SecretValue? value)
    {
        var body = new ErasedBuffer();
        body.Write("{"u8);
        var isFirst = true;
        if (map.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in map.EnumerateObject())
            {
                if (property.NameEquals(field))
                    continue;
                if (!isFirst)
                    body.Write(","u8);
                isFirst = false;
                Text(body, property.Name);
                body.Write(":"u8);
                body.Write(JsonMarshal.GetRawUtf8Value(property.Value));
            }
        }
        if (value is not null)
        {
            if (!isFirst)
                body.Write(","u8);
            Field(body, field, value);
        }
        body.Write("}"u8);
        return body;
    }

    private static void Field(ErasedBuffer body, string field, SecretValue value)
    {
        Text(body, field);
        body.Write(":"u8);
        value.Reveal(body, static (utf8, body) =>
        {
            JsonText.Write(body, utf8);
            return 0;
        });
    }

    private static void Text(ErasedBuffer body, string text) => JsonText.Write(body, Encoding.UTF8.GetBytes(text));

    private static ErasedBuffer Plain(string json)
    {
        var body = new ErasedBuffer();
        body.Write(Encoding.UTF8.GetBytes(json));
        return body;
    }
}
