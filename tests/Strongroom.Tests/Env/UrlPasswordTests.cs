using System.Text;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

public class UrlPasswordTests
{
    [Theory]
    [InlineData("postgres://user:secret@host/db", "secret")]
    [InlineData("redis://:secret@host:6379", "secret")]
    [InlineData("redis://:8/secret@host", "8/secret")]
    [InlineData("amqp://user:p@ss@host/vhost", "p@ss")]
    [InlineData("postgres://user:a/b#c@host/db", "a/b#c")]
    [InlineData("https://user:secret@host/path@v2", "secret")]
    [InlineData("https://host:8443/path@v2", null)]
    [InlineData("https://user@host", null)]
    [InlineData("https://host/a:b@c", null)]
    [InlineData("mongodb://u:one@a,u:two@b/db", null)]
    [InlineData("//user:secret@host", null)]
    [InlineData("mailto:someone@host", null)]
    public void Find_gives_the_password_alone(string url, string? expected)
    {
        var bytes = Encoding.UTF8.GetBytes(url);
        Assert.Equal(expected, UrlPassword.Find(bytes) is { } range ? Encoding.UTF8.GetString(bytes[range]) : null);
    }

    [Theory]
    [InlineData("p%40ss", "p@ss")]
    [InlineData("%25", "%")]
    [InlineData("100%", "100%")]
    [InlineData("%zz", "%zz")]
    public void Decode_undoes_percent_encoding_and_leaves_what_is_none(string encoded, string expected)
    {
        using var value = UrlPassword.Decode(Encoding.UTF8.GetBytes(encoded));
        Assert.Equal(expected, value.Reveal());
    }
}
