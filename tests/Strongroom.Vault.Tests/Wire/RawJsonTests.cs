using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Kv;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Tests.Wire;

public class RawJsonTests
{
    private static readonly Gen<string> s_name = Gen.String[Gen.Char['a', 'e'], 1, 2];
    private static readonly string[] s_values =
    [
        "\"a\"",
        "\"\\u0022\\n\"",
        "null",
        "true",
        "-1.5e3",
        "[1,{\"a\":2}]",
        "{\"a\":{\"a\":\"in\"}}",
    ];

    /// <summary>
    /// Whatever is in the map, in whatever order and nesting, a field is what the framework's own tree says.
    /// </summary>
    [Fact]
    public void Field_of_any_map_is_what_a_tree_of_it_says() =>
        Gen.Dictionary(s_name, Gen.Int[0, s_values.Length - 1].Select(at => s_values[at]))[0, 6]
            .Select(s_name)
            .Sample(
                (map, name) =>
                {
                    var written = Encoding.UTF8.GetBytes(
                        "{" + string.Join(" , ", map.Select(field => $"\"{field.Key}\" : {field.Value}")) + "}"
                    );
                    using var tree = JsonDocument.Parse(written);
                    var expected = tree.RootElement.TryGetProperty(name, out var found) ? found.GetRawText() : "";
                    return Encoding.UTF8.GetString(RawJson.Field(written, name)) == expected;
                }
            );

    [Theory]
    [InlineData("""{"a":"1","a":"2"}""", "a", "\"2\"")]
    [InlineData("""{"\u0061":"1"}""", "a", "\"1\"")]
    [InlineData("""{"b":{"a":"1"}}""", "a", "")]
    public void Field_with_two_of_one_name_an_escaped_name_or_one_deeper_down_is_the_frameworks_choice(
        string map,
        string name,
        string expected
    ) => Assert.Equal(expected, Encoding.UTF8.GetString(RawJson.Field(Encoding.UTF8.GetBytes(map), name)));

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "\"request_id\"")]
    [InlineData(200, """{"data":{}}""")]
    [InlineData(200, """{"data":{"request_id":"x"}}""")]
    [InlineData(200, """{"request_id":"x","data":{"data":{"value":"v"}""")]
    [InlineData(200, """{"request_id":"x"} {}""")]
    [InlineData(404, """{"errors":"none"}""")]
    [InlineData(404, "<html>")]
    [InlineData(429, "<html>")]
    public void Read_of_what_is_no_whole_answer_of_Vaults_gives_nothing(int status, string body)
    {
        using var buffer = Filled(body);
        Assert.Null(VaultReply.Read(status, buffer, isFromCache: false, retryAfter: null));
    }

    [Theory]
    [InlineData(
        """{"request_id":"x","data":{"metadata":{"version":"3","destroyed":1,"created_time":{"a":[]}},"data":{"value":"v"}}}""",
        0,
        true
    )]
    [InlineData(
        """{"data":{"data":{"value":"v"},"metadata":{"created_time":"","destroyed":true,"version":7}},"request_id":"x"}""",
        7,
        true
    )]
    [InlineData("""{"request_id":"x","data":{"data":null,"metadata":{"version":2}}}""", 2, false)]
    public void ReadVersion2_takes_parts_in_any_order_and_passes_over_what_is_not_as_it_should_be(
        string body,
        long version,
        bool isThere
    )
    {
        using var secret = KvSecret.ReadVersion2(VaultReply.Read(200, Filled(body), isFromCache: false, retryAfter: null)!)!;
        Assert.Equal((version, isThere, "x"), (secret.Version, secret.IsThere, secret.RequestId));
        Assert.Null(secret.CreatedAt);
    }

    private static ErasedBuffer Filled(string text)
    {
        var buffer = new ErasedBuffer();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        return buffer;
    }
}
