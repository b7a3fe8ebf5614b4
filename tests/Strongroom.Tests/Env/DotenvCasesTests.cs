using System.Text;
using System.Text.Json;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

/// <summary>
/// What python-dotenv and node-dotenv make of a text, from tests/fixtures/dotenv/cases.json, against what we make of it.
/// </summary>
public class DotenvCasesTests
{
    /// <summary>
    /// Both parsers pass over these lines in silence; to us a line that is neither assignment nor comment is a mistake.
    /// </summary>
    private static readonly HashSet<string> s_passedOverByBoth = ["A B=1", "=1"];

    public static TheoryData<string> Agreed =>
        [.. Cases(agree: true).Select(one => one.Text).Where(text => !s_passedOverByBoth.Contains(text))];

    public static TheoryData<string> Refused => [.. Cases(agree: false).Select(one => one.Text).Concat(s_passedOverByBoth)];

    [Theory]
    [MemberData(nameof(Agreed))]
    public void Parse_where_both_parsers_agree_gives_what_they_give(string text)
    {
        var expected = Cases(agree: true).Single(one => one.Text == text).Values;

        using var file = DotenvFile.Parse(Encoding.UTF8.GetBytes(text), ".env");

        Assert.Equal(expected.Keys.Order(), file.Names.Order());
        Assert.All(expected, pair => Assert.Equal(pair.Value, file.Read(pair.Key)!.Reveal()));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Parse_where_they_differ_or_find_nothing_names_the_line(string text)
    {
        var error = Assert.Throws<SecretConfigurationException>(() => DotenvFile.Parse(Encoding.UTF8.GetBytes(text), ".env"));

        Assert.Equal(SecretErrorCode.DotenvInvalid, error.Code);
        Assert.Equal($".env, line {text.Count(c => c == '\n') + 1} ", error.Message[..".env, line 1 ".Length]);
    }

    [Fact]
    public void Cases_are_all_there() => Assert.Equal(71, Cases(agree: true).Count + Cases(agree: false).Count);

    private static List<(string Text, Dictionary<string, string> Values)> Cases(bool agree)
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures/dotenv/cases.json"))
        );
        return
        [
            .. document
                .RootElement.GetProperty("cases")
                .EnumerateArray()
                .Where(one => one.GetProperty("agree").GetBoolean() == agree)
                .Select(one =>
                    (
                        one.GetProperty("text").GetString()!,
                        one.GetProperty("node-dotenv")
                            .EnumerateObject()
                            .ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!)
                    )
                ),
        ];
    }
}
