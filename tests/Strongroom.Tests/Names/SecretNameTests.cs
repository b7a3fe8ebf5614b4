using System.Text.Json;
using CsCheck;

namespace Strongroom.Tests.Names;

public class SecretNameTests
{
    private const string Allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=.@-";

    private static readonly Gen<string> s_segment = Gen.String[Gen.Char[Allowed], 1, 12]
        .Where(text => text[0] is not ('+' or '.') && text[^1] != '.' && text.Any(char.IsAsciiLetterOrDigit));

    private static readonly Gen<string> s_path = s_segment.Array[1, 5].Select(segments => string.Join('/', segments));

    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("alpaca/api_key_id")]
    [InlineData("Alpaca/API_KEY")]
    [InlineData("prod/alpaca/credentials#api_key_id")]
    [InlineData("a#*")]
    [InlineData("a/b+c=d.e@f-g_h")]
    [InlineData("=a/@b/-c/_d")]
    [InlineData("a..b/c")]
    [InlineData("a+")]
    [InlineData("team@example.com/key")]
    public void Parse_good_name_reads_back(string text) => Assert.Equal(text, SecretName.Parse(text).ToString());

    public static TheoryData<string, string> BadNames =>
        new()
        {
            { "", "is empty" },
            { "/alpaca/key", "starts with '/'" },
            { "/", "starts with '/'" },
            { "alpaca/key/", "Segment 3 of the secret name is empty" },
            { "alpaca//key", "Segment 2 of the secret name is empty" },
            { "../etc/passwd", "Segment 1 of the secret name starts or ends with '.'" },
            { "alpaca/../key", "Segment 2 of the secret name starts or ends with '.'" },
            { "alpaca/.", "Segment 2 of the secret name starts or ends with '.'" },
            { ".hidden", "starts or ends with '.'" },
            { "alpaca/key.", "Segment 2 of the secret name starts or ends with '.'" },
            { "+alpaca", "starts with '+'" },
            { "alpaca/+key", "Segment 2 of the secret name starts with '+'" },
            { "alpaca/---", "Segment 2 of the secret name holds no letter or digit" },
            { "_", "holds no letter or digit" },
            { " alpaca/key", "at position 1" },
            { "alpaca/my key", "Segment 2 of the secret name has a character at position 3" },
            { "alpaca/key\n", "Segment 2 of the secret name has a character at position 4" },
            { "alpaca/ke\0y", "Segment 2 of the secret name has a character at position 3" },
            { "alpaca\\key", "at position 7" },
            { "alpaca/k\u00e9y", "at position 2" },
            { "alpaca/\uff11", "at position 1" },
            { "alpaca/*", "at position 1" },
            { "alpaca:key", "at position 7" },
            { "#field", "Segment 1 of the secret name is empty" },
            { "alpaca#", "The field of the secret name is empty" },
            { "alpaca#a#b", "The field of the secret name has a character at position 2" },
            { "alpaca#a/b", "The field of the secret name has a character at position 2" },
            { "alpaca#**", "The field of the secret name has a character at position 1" },
            { "alpaca#.a", "The field of the secret name starts or ends with '.'" },
            { new string('a', 513), "513 characters long; at most 512 are allowed" },
        };

    [Theory]
    [MemberData(nameof(BadNames))]
    public void TryParse_bad_name_gives_one_problem(string text, string expected)
    {
        Assert.False(SecretName.TryParse(text, out var name, out var problem));
        Assert.True(name.IsEmpty);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public void TryParse_value_in_the_place_of_a_name_does_not_quote_it()
    {
        // Any character that a name cannot hold, before, in and behind a text that must not be shown.
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 12, 40], Gen.Char["!$%&()*,:;<>?[]^`{|}~ \0\n\"'\\"], Gen.Int[0, 40])
            .Sample(
                (value, bad, at) =>
                {
                    var text = value.Insert(Math.Min(at, value.Length), bad.ToString());
                    Assert.False(SecretName.TryParse(text, out _, out var problem));
                    foreach (var half in text.Split(bad).Where(half => half.Length >= 6))
                        Assert.DoesNotContain(half, problem, StringComparison.Ordinal);
                    var thrown = Assert.Throws<FormatException>(() => SecretName.Parse(text));
                    Assert.Equal(problem, thrown.Message);
                }
            );
    }

    [Fact]
    public void Parse_longest_name_passes() =>
        Assert.Equal(SecretName.MaxLength, SecretName.Parse(new string('a', 512)).ToString().Length);

    [Fact]
    public void Parse_null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => SecretName.Parse(null!));
        Assert.False(SecretName.TryParse(null, out _, out var problem));
        Assert.Contains("is empty", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_any_name_round_trips() =>
        Gen.Select(s_path, s_segment.Null())
            .Sample(
                (path, field) =>
                {
                    var text = field is null ? path : $"{path}#{field}";
                    var name = SecretName.Parse(text);
                    Assert.Equal(text, name.ToString());
                    Assert.Equal(path, name.Path);
                    Assert.Equal(field, name.Field);
                    Assert.Equal(name, SecretName.Parse(name.ToString()));
                    Assert.Equal(name.GetHashCode(), SecretName.Parse(string.Concat(text)).GetHashCode());
                    Assert.Equal(name, SecretName.Parse(name.Path).WithField(name.Field));
                    Assert.Equal(name, SecretName.Parse(text.AsSpan(), null));
                }
            );

    [Fact]
    public void TryParse_any_text_agrees_with_the_rules() =>
        Gen.String[Gen.Char[Allowed + "/#* \0\u00e9"], 0, 10]
            .Sample(text => Assert.Equal(IsName(text), SecretName.TryParse(text, out _, out _)));

    [Fact]
    public void Equals_case_differs_is_another_name()
    {
        Assert.NotEqual(SecretName.Parse("a/b"), SecretName.Parse("a/B"));
        Assert.True(SecretName.Parse("a/b") != SecretName.Parse("a/b#c"));
        Assert.True(SecretName.Parse("a/b") == SecretName.Parse("a/b"));
        Assert.False(SecretName.Parse("a").Equals((object)"a"));
    }

    [Fact]
    public void Default_names_nothing()
    {
        var name = default(SecretName);
        Assert.True(name.IsEmpty);
        Assert.Equal("", name.ToString());
        Assert.Equal("", name.Path);
        Assert.Null(name.Field);
        Assert.Equal(name, default);
        Assert.NotEqual(name, SecretName.Parse("a"));
    }

    [Fact]
    public void WithField_sets_and_drops_it()
    {
        var name = SecretName.Parse("alpaca/credentials#api_key_id");
        Assert.Equal("alpaca/credentials#other", name.WithField("other").ToString());
        Assert.Equal("alpaca/credentials", name.WithField(null).ToString());
        Assert.Equal("alpaca/credentials#*", name.WithField(SecretName.WholeText).ToString());
        Assert.Throws<FormatException>(() => name.WithField("a b"));
        Assert.Throws<FormatException>(() => name.WithField(""));
    }

    [Fact]
    public void Json_writes_text_and_reads_it_back()
    {
        var name = SecretName.Parse("alpaca/credentials#api_key_id");
        var json = JsonSerializer.Serialize(name);
        Assert.Equal("\"alpaca/credentials#api_key_id\"", json);
        Assert.Equal(name, JsonSerializer.Deserialize<SecretName>(json));
    }

    [Theory]
    [InlineData("\"not a name\"")]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("\"\\ud800\"")]
    public void Json_bad_name_is_a_json_fault_without_the_text(string json)
    {
        var fault = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<SecretName>(json));
        Assert.DoesNotContain("not a name", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_dictionary_of_names_round_trips()
    {
        var versions = new Dictionary<SecretName, int> { [SecretName.Parse("a/b#c")] = 1 };
        var json = JsonSerializer.Serialize(versions);
        Assert.Equal("{\"a/b#c\":1}", json);
        Assert.Equal(versions, JsonSerializer.Deserialize<Dictionary<SecretName, int>>(json));
    }

    // The rules of DESIGN section 1, said a second time and in another way.
    private static bool IsName(string text)
    {
        var halves = text.Split('#', 2);
        return halves[0].Split('/').All(IsPart) && (halves.Length == 1 || halves[1] == "*" || IsPart(halves[1]));
    }

    private static bool IsPart(string part) =>
        part.Length > 0
        && part.All(Allowed.Contains)
        && part.Any(char.IsAsciiLetterOrDigit)
        && !part.StartsWith('+')
        && !part.StartsWith('.')
        && !part.EndsWith('.');
}
