namespace Strongroom.Env;

/// <summary>How a value is written in the file.</summary>
internal enum DotenvForm
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
}

/// <summary>The position of one <c>NAME=value</c> in the file. Contains no part of the value.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Form">How the value is written.</param>
/// <param name="Lines">Everything from the start of its line to behind the last line's end.</param>
/// <param name="Written">The value as it is written, quotes included.</param>
internal sealed record DotenvAssignment(string Name, DotenvForm Form, Range Lines, Range Written);
