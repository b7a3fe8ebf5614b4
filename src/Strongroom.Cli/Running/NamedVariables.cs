namespace Strongroom.Cli.Running;

/// <summary><c>--env VAR=NAME</c>: the variable that a program reads, and the secret that goes into it.</summary>
internal static class NamedVariables
{
    /// <exception cref="CommandException">One has another form. It is not repeated: a value may have been pasted in the name's
    /// place.</exception>
    internal static IReadOnlyList<(string Variable, SecretName Name)> Read(IEnumerable<string> texts) => [.. texts.Select(Read)];

    private static (string Variable, SecretName Name) Read(string text)
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        if (sign <= 0 || !IsVariable(text.AsSpan(0, sign)))
            throw CommandException.Usage(
                "--env takes VAR=NAME, and VAR is letters, digits and '_'",
                "Write the variable that the command reads, and the secret's name: --env PGPASSWORD=database/password."
            );
        return SecretName.TryParse(text[(sign + 1)..], out var name, out var problem)
            ? (text[..sign], name)
            : throw CommandException.Usage(
                $"--env contains an invalid secret name: {problem}",
                "After '=' comes a secret's name, never a value: --env PGPASSWORD=database/password."
            );
    }

    private static bool IsVariable(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }
        return !char.IsAsciiDigit(text[0]);
    }
}
