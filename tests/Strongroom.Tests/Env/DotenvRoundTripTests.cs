using System.Text;
using CsCheck;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

public class DotenvRoundTripTests
{
    /// <summary>Characters that matter to a parser come often.</summary>
    private static readonly Gen<string> s_value = Gen.OneOf(
            Gen.Char["'\"\\#$ {}:-`nrt\n\rab"],
            Gen.Char.AlphaNumeric,
            OneOf('ä', '日', '\u00a0', '\u2028', '\ufeff', '\t')
        )
        .Array[1, 24]
        .Select(chars => new string(chars));

    private static readonly Gen<string> s_line = Gen.OneOf(
        OneOf(
            "# it's a \"note\"",
            "",
            "  ",
            "OTHER=1",
            "export OTHER = 'two words' # note",
            "OTHER='a\nb'",
            "OTHER=\"a\\nb\"",
            "\tLAST="
        ),
        Gen.Int[0, 99].Select(i => $"N{i}=v{i}")
    );

    private static readonly Gen<string> s_target = OneOf(
        "A=old",
        "A=",
        " export A = 'old' # note",
        "A=\"o\nld\"# x",
        "A=old\t# it's"
    );

    [Fact]
    public void With_then_read_gives_the_value_and_leaves_every_other_line_byte_for_byte() =>
        Gen.Select(s_line.Array[0, 5], s_target, s_line.Array[0, 5], OneOf("\n", "\r\n", "\r"), s_value)
            .Sample(
                (before, target, after, end, text) =>
                {
                    var head = string.Concat(before.Select(line => line + end));
                    var tail = end + string.Join(end, after);
                    using var file = DotenvFile.Parse(Encoding.UTF8.GetBytes(head + target + tail), ".env");
                    using var value = SecretValue.FromText(text);
                    if (Try(file, value) is not { } changed)
                        return;
                    using (changed)
                    using (var back = DotenvFile.Parse(changed.Bytes.Span, ".env"))
                    {
                        Assert.Equal(text, back.Read("A")!.Reveal());
                        var written = Encoding.UTF8.GetString(changed.Bytes.Span);
                        Assert.StartsWith(head, written, StringComparison.Ordinal);
                        Assert.EndsWith(tail, written, StringComparison.Ordinal);
                        Assert.Equal(file.Names.Order(), back.Names.Order());
                    }
                }
            );

    [Fact]
    public void With_a_value_of_letters_digits_and_common_marks_never_refuses() =>
        Gen.Char["ABCyz019 !@%^&*()_+-=[]|;:,.<>?/~#"]
            .Array[1, 40]
            .Sample(chars =>
            {
                using var empty = DotenvFile.Parse([], ".env");
                using var value = SecretValue.FromText(chars);
                using var changed = empty.With("A", value);
                Assert.True(value.Equals(changed.Read("A")));
            });

    [Fact]
    public void Parse_of_any_bytes_either_reads_or_refuses() =>
        Gen.OneOf(Gen.Byte.Array[0, 60], s_value.Select(Encoding.UTF8.GetBytes))
            .Sample(bytes =>
            {
                try
                {
                    using var file = DotenvFile.Parse([.. "A="u8, .. bytes], ".env");
                    foreach (var name in file.Names)
                        file.Read(name)!.Dispose();
                }
                catch (SecretConfigurationException e)
                {
                    Assert.NotEmpty(e.Faults);
                }
            });

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static DotenvFile? Try(DotenvFile file, SecretValue value)
    {
        try
        {
            return file.With("A", value);
        }
        catch (SecretConfigurationException e) when (e.Code == SecretErrorCode.ValueInvalid)
        {
            return null;
        }
    }
}
