using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Strongroom.Tests.Values;

public class SecretValueTests
{
    private readonly string _text = RandomNumberGenerator.GetHexString(32);

    private sealed record Holder(string Name, SecretValue Value);

    [Fact]
    public void Printing_shows_the_mask_everywhere()
    {
        using var value = SecretValue.FromText(_text);
        Assert.Equal("***", value.ToString());
        Assert.Equal("***", value.ToString("G", CultureInfo.InvariantCulture));
        Assert.Equal("a *** b", $"a {value} b");
        Assert.Equal("a *** b", string.Format(CultureInfo.InvariantCulture, "a {0:X} b", value));
        Assert.Equal("a ***", "a " + value);
        Assert.Equal("***", string.Concat(value));
        Assert.Equal("[***]", new StringBuilder().Append('[').Append(value).Append(']').ToString());
        Assert.Equal("Holder { Name = n, Value = *** }", new Holder("n", value).ToString());
        Assert.Equal("(1, ***)", (1, value).ToString());
        Assert.Equal("***", Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void TryFormat_characters_writes_the_mask_or_nothing()
    {
        ISpanFormattable value = SecretValue.FromText(_text);
        Span<char> fixture = stackalloc char[5];
        Assert.True(value.TryFormat(fixture, out var written, default, null));
        Assert.Equal("***", fixture[..written].ToString());
        Assert.False(value.TryFormat(fixture[..2], out written, default, null));
        Assert.Equal(0, written);
    }

    [Fact]
    public void TryFormat_bytes_writes_the_mask_or_nothing()
    {
        IUtf8SpanFormattable value = SecretValue.FromText(_text);
        Span<byte> fixture = stackalloc byte[5];
        Assert.True(value.TryFormat(fixture, out var written, default, null));
        Assert.True(fixture[..written].SequenceEqual("***"u8));
        Assert.False(value.TryFormat(fixture[..2], out written, default, null));
        Assert.Equal(0, written);
    }

    [Fact]
    public void Json_writes_the_mask_alone_and_inside_others()
    {
        using var value = SecretValue.FromText(_text);
        Assert.Equal("\"***\"", JsonSerializer.Serialize(value));
        Assert.Equal("{\"Name\":\"n\",\"Value\":\"***\"}", JsonSerializer.Serialize(new Holder("n", value)));
        Assert.Equal("[\"***\"]", JsonSerializer.Serialize(new[] { value }));
        Assert.DoesNotContain(_text, JsonSerializer.Serialize<object>(value), StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<SecretValue>("\"***\""));
    }

    [Fact]
    public void Debugger_sees_the_mask_and_a_view_without_bytes()
    {
        Assert.Equal("***", typeof(SecretValue).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        var view = Type.GetType(typeof(SecretValue).GetCustomAttribute<DebuggerTypeProxyAttribute>()!.ProxyTypeName)!;
        Assert.Equal(["ByteCount", "IsExpired"], view.GetProperties().Select(property => property.Name).Order());
        Assert.Empty(view.GetFields());
    }

    [Fact]
    public void Public_surface_has_no_property_that_gives_the_text()
    {
        Assert.Equal(["ByteCount", "IsExpired"], typeof(SecretValue).GetProperties().Select(property => property.Name).Order());
        Assert.Equal(["Mask"], typeof(SecretValue).GetFields().Select(field => field.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("gr\u00fc\u00dfe \u4e16\u754c \ud83d\ude80\0\n")]
    public void Reveal_gives_the_text_back(string text)
    {
        using var value = SecretValue.FromText(text);
        Assert.Equal(text, value.Reveal());
        Assert.Equal(Encoding.UTF8.GetByteCount(text), value.ByteCount);
        Assert.Equal(Encoding.UTF8.GetBytes(text), value.Reveal(0, static (utf8, _) => utf8.ToArray()));
    }

    [Theory]
    [InlineData('\ud800')]
    [InlineData('\udc00')]
    public void FromText_lone_surrogate_is_refused_without_the_text(char surrogate)
    {
        var thrown = Assert.Throws<ArgumentException>(() => SecretValue.FromText(_text + surrogate));
        Assert.Contains("lone surrogate", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_text, thrown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("D800", thrown.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Null(thrown.InnerException);
    }

    [Fact]
    public void Reveal_binary_value_gives_bytes_and_refuses_text()
    {
        byte[] bytes = [0xff, 0xfe, 0x00, 0x80, .. RandomNumberGenerator.GetBytes(16)];
        using var value = SecretValue.FromBytes(bytes);
        Assert.Equal(bytes, value.Reveal(0, static (utf8, _) => utf8.ToArray()));
        var thrown = Assert.Throws<InvalidOperationException>(() => value.Reveal());
        Assert.Null(thrown.InnerException);
        Assert.DoesNotContain("FF", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FromBytes_takes_a_copy()
    {
        var bytes = Encoding.UTF8.GetBytes(_text);
        using var value = SecretValue.FromBytes(bytes);
        Array.Clear(bytes);
        Assert.Equal(_text, value.Reveal());
    }

    [Fact]
    public void Equals_same_text_is_equal_and_hashes_alike()
    {
        using var one = SecretValue.FromText(_text);
        using var other = SecretValue.FromText(_text);
        using var longer = SecretValue.FromText(_text + "0");
        using var foreign = SecretValue.FromText(new string('x', _text.Length));
        Assert.True(one.Equals(other));
        Assert.True(one.Equals((object)other));
        Assert.True(one.Equals(one));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.False(one.Equals(longer));
        Assert.False(one.Equals(foreign));
        Assert.False(one.Equals(null));
        Assert.False(one.Equals((object)_text));
    }

    [Fact]
    public void Equals_ended_value_equals_itself_only()
    {
        var ended = SecretValue.FromText(_text);
        using var other = SecretValue.FromText(_text);
        ended.Dispose();
        Assert.True(ended.Equals(ended));
        Assert.False(ended.Equals(other));
        Assert.False(other.Equals(ended));
        Assert.Equal(_text, other.Reveal());
        other.Dispose();
        Assert.True(other.IsExpired);
        Assert.Throws<SecretUnavailableException>(() => other.Reveal());
    }

    [Fact]
    public void Reveal_after_Dispose_throws_Expired()
    {
        var value = SecretValue.FromText(_text);
        value.Dispose();
        value.Dispose();
        Assert.True(value.IsExpired);
        Assert.Equal("***", value.ToString());
        var thrown = Assert.Throws<SecretUnavailableException>(() => value.Reveal());
        Assert.Equal(SecretErrorCode.Expired, thrown.Code);
        Assert.Throws<SecretUnavailableException>(() => value.Reveal(0, static (utf8, _) => utf8.Length));
    }

    [Fact]
    public void Dispose_within_a_reveal_waits_for_the_last_one()
    {
        var value = SecretValue.FromText(_text);
        var expected = Encoding.UTF8.GetBytes(_text);
        unsafe
        {
            nint address = 0;
            value.Reveal(0, (outer, _) =>
            {
                fixed (byte* first = outer)
                    address = (nint)first;
                value.Reveal(0, (inner, _) =>
                {
                    value.Dispose();
                    Assert.True(inner.SequenceEqual(expected));
                    return 0;
                });
                Assert.True(outer.SequenceEqual(expected));
                Assert.Throws<SecretUnavailableException>(() => value.Reveal());
                return 0;
            });
            // The array is pinned and still reachable, so its address holds; now it must be zeroed.
            Assert.True(new ReadOnlySpan<byte>((byte*)address, expected.Length).IndexOfAnyExcept((byte)0) < 0);
        }
        GC.KeepAlive(value);
    }

    [Fact]
    public void Reveal_reader_throws_releases_its_hold()
    {
        var value = SecretValue.FromText(_text);
        Assert.Throws<FormatException>(() => value.Reveal<int, int>(0, static (_, _) => throw new FormatException()));
        Assert.Equal(_text, value.Reveal());
        unsafe
        {
            var address = value.Reveal(0, static (utf8, _) =>
            {
                fixed (byte* first = utf8)
                    return (nint)first;
            });
            value.Dispose();
            Assert.Equal(0, *(byte*)address);
        }
        GC.KeepAlive(value);
    }

    [Fact]
    public void Reveal_of_a_value_that_has_ended_is_no_transient_failure()
    {
        var value = SecretValue.FromText(_text);
        value.Dispose();
        Assert.False(Assert.Throws<SecretUnavailableException>(() => value.Reveal()).IsTransient);
    }

    [Fact]
    public void Reveal_of_a_value_that_is_parked_throws_until_it_is_no_more()
    {
        using var value = SecretValue.FromText(_text);
        value.IsParked = true;
        Assert.True(Assert.Throws<SecretUnavailableException>(() => value.Reveal()).IsTransient);
        value.IsParked = false;
        Assert.Equal(_text, value.Reveal());
    }

    [Fact]
    public void Reveal_bytes_allocates_nothing()
    {
        using var value = SecretValue.FromText(_text);
        Assert.Equal(0, Allocations.LeastOf(() => value.Reveal(0, static (utf8, _) => utf8.Length)));
    }
}
