using System.Text;
using System.Text.Json;
using Strongroom.Backends.Wire;

namespace Strongroom.Tests.Backends.Wire;

public class JsonMapTests
{
    [Theory]
    [InlineData("""{"a":"1","b":2,"c":null}""", "b", """{"a":"1","c":null,"b":"new"}""")]
    [InlineData("""{"a\u0022":"x\ny"}""", "n", """{"a\"":"x\ny","n":"new"}""")]
    [InlineData("{}", "n", """{"n":"new"}""")]
    public void With_sets_one_field_and_leaves_the_others_as_they_are_written(string map, string field, string expected)
    {
        using var parsed = JsonDocument.Parse(map);
        using var value = SecretValue.FromText("new");
        using var merged = JsonMap.With(parsed.RootElement, field, value);
        Assert.Equal(expected, Encoding.UTF8.GetString(merged.Written.Span));
    }

    [Theory]
    [InlineData("""{"a":"1","b":2,"c":{"b":3}}""", """{"a":"1","c":{"b":3}}""")]
    [InlineData("""{"b":2}""", "{}")]
    [InlineData("\"no map\"", "{}")]
    public void With_no_value_takes_the_field_out(string map, string expected)
    {
        using var parsed = JsonDocument.Parse(map);
        using var without = JsonMap.With(parsed.RootElement, "b", null);
        Assert.Equal(expected, Encoding.UTF8.GetString(without.Written.Span));
    }
}
