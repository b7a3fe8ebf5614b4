using System.Text;
using System.Text.Json;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Tests.Wire;

public class WireBodyTests
{
    [Theory]
    [InlineData("""{"a":"1","b":2,"c":null}""", "b", """{"a":"1","c":null,"b":"new"}""")]
    [InlineData("""{"a\u0022":"x\ny"}""", "n", """{"a\"":"x\ny","n":"new"}""")]
    [InlineData("{}", "n", """{"n":"new"}""")]
    public void Merge_sets_one_field_and_leaves_the_others_as_they_are_written(string map, string field, string expected)
    {
        using var parsed = JsonDocument.Parse(map);
        using var value = SecretValue.FromText("new");
        using var merged = WireBody.Merge(parsed.RootElement, field, value);
        Assert.Equal(expected, Encoding.UTF8.GetString(merged.Written.Span));
    }
}
