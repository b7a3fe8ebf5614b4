using System.Text;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

public class DotenvFileTests
{
    [Fact]
    public void Parse_with_several_faults_lists_every_line_and_quotes_none()
    {
        var value = TemporaryFolder.NewValue();
        var text =
            $"GOOD=1\n{value}\nA={value}#x\n# fine\nB=\"{value}\nC='{value}' "
            + $"{value}\nD=${{{value}}}\nE=`{value}`\nF=\"\\t{value}\"\n";

        var error = Assert.Throws<SecretConfigurationException>(() => Parse(text));

        Assert.Equal([2, 3, 5, 6, 7, 8, 9], error.Faults.Select(LineOf));
        Assert.DoesNotContain(value, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_of_bytes_that_are_no_text_names_the_first_such_line()
    {
        var error = Assert.Throws<SecretConfigurationException>(() =>
            DotenvFile.Parse([.. "A=1\r\nB=2\r\nC="u8, 0xff, .. "\r\nD=4"u8], ".env")
        );

        Assert.Equal(3, LineOf(Assert.Single(error.Faults)));
    }

    [Theory]
    [InlineData("A=1\u00a0")]
    [InlineData("A=1\ufeff")]
    [InlineData("A=\u000b1")]
    [InlineData("A=x\u2028B=2")]
    [InlineData("# note\u2028A=1")]
    [InlineData("A='1' # note\u2029B=2")]
    [InlineData("\u3000A=1")]
    public void Parse_of_space_that_parsers_treat_differently_refuses(string text) =>
        Assert.Throws<SecretConfigurationException>(() => Parse(text));

    [Theory]
    [InlineData("A=${open", "${open")]
    [InlineData("A=${a:b}", "${a:b}")]
    [InlineData("A='\u2028'", "\u2028")]
    [InlineData("A=\"x\"# note", "x")]
    [InlineData("export=1", null)]
    [InlineData("A='a\r\nb'", "a\nb")]
    [InlineData("A=\"\\r\\n\"", "\r\n")]
    [InlineData("A=it's", "it's")]
    public void Parse_of_text_that_both_read_alike_accepts(string text, string? expected)
    {
        using var file = Parse(text);

        Assert.Equal(expected, file.Read("A")?.Reveal());
    }

    [Fact]
    public void Parse_of_malformed_text_counts_lines_inside_quotes()
    {
        var error = Assert.Throws<SecretConfigurationException>(() => Parse("A='1\n2\r\n3'\nB\n"));

        Assert.Equal(4, LineOf(error.Faults[0]));
    }

    [Fact]
    public void With_keeps_comment_export_and_spaces_of_the_line()
    {
        using var file = Parse("# top\r\n export A = old # note\r\n\r\nB=2");
        using var value = SecretValue.FromText("new value");

        using var changed = file.With("A", value);

        Assert.Equal("# top\r\n export A = 'new value' # note\r\n\r\nB=2", TextOf(changed));
    }

    [Fact]
    public void With_a_comment_right_behind_the_quote_puts_a_space_between()
    {
        using var file = Parse("A=\"old\"# note\n");
        using var value = SecretValue.FromText("it's \"quoted\"");

        using var changed = file.With("A", value);

        Assert.Equal("A=it's \"quoted\" # note\n", TextOf(changed));
    }

    [Theory]
    [InlineData("", "B='v'\n")]
    [InlineData("A=1", "A=1\nB='v'\n")]
    [InlineData("A=1\r\n", "A=1\r\nB='v'\r\n")]
    [InlineData("B=\n", "B='v'\n")]
    [InlineData("B=   \nC=1", "B='v'   \nC=1")]
    [InlineData("B=1\nB=2\n", "B=1\nB='v'\n")]
    [InlineData("B='1\n2'\nA=1\n", "B='v'\nA=1\n")]
    public void With_changes_only_the_effective_line(string before, string after)
    {
        using var file = Parse(before);
        using var value = SecretValue.FromText("v");

        using var changed = file.With("B", value);

        Assert.Equal(after, TextOf(changed));
    }

    [Theory]
    [InlineData("a${b}c")]
    [InlineData("both ' and \" and # too")]
    [InlineData("'starts and ends with both\"'")]
    [InlineData("double \\\\ and a line\nend and '")]
    public void With_a_value_that_no_form_carries_alike_refuses_without_it(string text)
    {
        using var file = Parse("");
        using var value = SecretValue.FromText(text);

        var error = Assert.Throws<SecretConfigurationException>(() => file.With("A", value));

        Assert.Equal(SecretErrorCode.ValueInvalid, error.Code);
        Assert.DoesNotContain(text, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_removes_every_assignment_of_the_name()
    {
        using var file = Parse("A=1\nB=2\n# c\nA='3\n4'\nC=5");

        using var changed = file.Without("A");

        Assert.Equal("B=2\n# c\nC=5", TextOf(changed));
    }

    [Fact]
    public void Dispose_zeroes_the_bytes()
    {
        var file = Parse("A=1");
        var bytes = file.Bytes;

        file.Dispose();

        Assert.All(bytes.ToArray(), b => Assert.Equal(0, b));
    }

    [Fact]
    public void Own_of_malformed_bytes_zeroes_them_too()
    {
        var bytes = "no assignment"u8.ToArray();

        Assert.Throws<SecretConfigurationException>(() => DotenvFile.Own(bytes, ".env"));

        Assert.All(bytes, b => Assert.Equal(0, b));
    }

    private static DotenvFile Parse(string text) => DotenvFile.Parse(Encoding.UTF8.GetBytes(text), ".env");

    private static string TextOf(DotenvFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    private static int LineOf(string fault) => int.Parse(fault.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
}
