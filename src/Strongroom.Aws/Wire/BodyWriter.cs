using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Wire;

/// <summary>Writes the JSON of a call member by member. The buffer is erased by the call that takes it.</summary>
internal sealed class BodyWriter : IDisposable
{
    private readonly ErasedBuffer _body = new();
    private bool _hasMember;

    internal BodyWriter() => _body.Write("{"u8);

    internal static BodyWriter For(string path) => new BodyWriter().Text("SecretId", path);

    internal BodyWriter Text(string name, string? text)
    {
        if (text is null)
            return this;
        Name(name);
        Write(text);
        return this;
    }

    internal BodyWriter Texts(string name, IEnumerable<string> texts)
    {
        Name(name);
        _body.Write("["u8);
        var isFirst = true;
        foreach (var text in texts)
        {
            if (!isFirst)
                _body.Write(","u8);
            isFirst = false;
            Write(text);
        }
        _body.Write("]"u8);
        return this;
    }

    internal BodyWriter Number(string name, long number) => Raw(name, number.ToString(CultureInfo.InvariantCulture));

    internal BodyWriter Flag(string name, bool value) => Raw(name, value ? "true" : "false");

    /// <summary>Objects with text members, such as tags and filters.</summary>
    internal BodyWriter Pairs(string name, string key, string value, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        Name(name);
        _body.Write("["u8);
        var isFirst = true;
        foreach (var pair in pairs)
        {
            if (!isFirst)
                _body.Write(","u8);
            isFirst = false;
            _body.Write("{"u8);
            Write(key);
            _body.Write(":"u8);
            Write(pair.Key);
            _body.Write(","u8);
            Write(value);
            _body.Write(":"u8);
            Write(pair.Value);
            _body.Write("}"u8);
        }
        _body.Write("]"u8);
        return this;
    }

    internal BodyWriter Raw(string name, string json)
    {
        Name(name);
        _body.Write(Encoding.UTF8.GetBytes(json));
        return this;
    }

    /// <summary>The value itself: text as it is, bytes as base64.</summary>
    internal BodyWriter Content(SecretContent content)
    {
        Name(content.IsBinary ? "SecretBinary" : "SecretString");
        if (!content.IsBinary)
        {
            JsonText.Write(_body, content.Bytes);
            return this;
        }
        var size = Base64.GetMaxEncodedToUtf8Length(content.Bytes.Length);
        _body.Write("\""u8);
        Base64.EncodeToUtf8(content.Bytes, _body.GetSpan(size), out _, out var written);
        _body.Advance(written);
        _body.Write("\""u8);
        return this;
    }

    internal ErasedBuffer End()
    {
        _body.Write("}"u8);
        return _body;
    }

    public void Dispose() => _body.Dispose();

    private void Name(string name)
    {
        if (_hasMember)
            _body.Write(","u8);
        _hasMember = true;
        Write(name);
        _body.Write(":"u8);
    }

    private void Write(string text) => JsonText.Write(_body, text);
}
