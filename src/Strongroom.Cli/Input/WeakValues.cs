using System.Text;
using Strongroom.Detection;

namespace Strongroom.Cli.Input;

/// <summary>Values that are short or guessable. The problem is described without the value.</summary>
internal static class WeakValues
{
    private const int Shortest = 8;
    private const int FewestDifferent = 4;
    private const int LongestGuess = 24;
    private const int LongestPlaceholder = 96;

    /// <summary>What people type when they mean to come back later. Digits and signs at the end are looked through.</summary>
    private static readonly string[] s_guesses =
    [
        "password",
        "passwort",
        "passw0rd",
        "p@ssword",
        "p@ssw0rd",
        "secret",
        "changeme",
        "change-me",
        "change_me",
        "changeit",
        "default",
        "example",
        "placeholder",
        "admin",
        "administrator",
        "root",
        "postgres",
        "redis",
        "vault",
        "strongroom",
        "letmein",
        "welcome",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "iloveyou",
        "test",
        "testing",
        "testtest",
        "dummy",
        "todo",
        "foobar",
        "dev",
        "development",
        "production",
        "abc",
        "abcdefgh",
        "your-secret-here",
        "your_api_key",
        "yourpassword",
    ];

    /// <summary>What is wrong, or null.</summary>
    internal static string? ProblemOf(SecretValue value) => value.Reveal(0, static (utf8, _) =>
        {
            if (utf8.Length < Shortest)
                return $"has fewer than {Shortest} bytes";
            if (Different(utf8) < FewestDifferent)
                return $"is made of fewer than {FewestDifferent} different characters";
            if (IsRun(utf8))
                return "is a run of neighbouring characters";
            return utf8.Length <= LongestGuess && IsGuess(utf8) ? "is one of those that are guessed first" : null;
        }) ?? (IsPlaceholder(value) ? "is a placeholder of a template" : null);

    private static bool IsPlaceholder(SecretValue value) =>
        value.ByteCount <= LongestPlaceholder && value.Reveal(0, static (utf8, _) =>
        {
            Span<char> text = stackalloc char[LongestPlaceholder];
            try
            {
                return CredentialDetector.IsPlaceholder(text[..Encoding.UTF8.GetChars(utf8, text)]);
            }
            finally
            {
                text.Clear();
            }
        });

    private static int Different(ReadOnlySpan<byte> utf8)
    {
        Span<bool> seen = stackalloc bool[256];
        var count = 0;
        foreach (var b in utf8)
        {
            count += seen[b] ? 0 : 1;
            seen[b] = true;
        }
        return count;
    }

    private static bool IsRun(ReadOnlySpan<byte> utf8)
    {
        var step = utf8[1] - utf8[0];
        if (step is < -1 or > 1)
            return false;
        for (var i = 2; i < utf8.Length; i++)
        {
            // 0 comes after 9, as on the keyboard.
            if (utf8[i] - utf8[i - 1] != step && !(step == 1 && utf8[i] == '0' && utf8[i - 1] == '9'))
                return false;
        }
        return true;
    }

    private static bool IsGuess(ReadOnlySpan<byte> utf8)
    {
        Span<char> lower = stackalloc char[LongestGuess];
        try
        {
            for (var i = 0; i < utf8.Length; i++)
                lower[i] = char.ToLowerInvariant((char)utf8[i]);
            var word = lower[..utf8.Length].TrimEnd("0123456789!?.#-_*$ ");
            foreach (var guess in s_guesses)
            {
                if (word.SequenceEqual(guess))
                    return true;
            }
            return word.IsEmpty;
        }
        finally
        {
            lower.Clear();
        }
    }
}
