namespace Strongroom.Env;

/// <summary>How a value is written in the file.</summary>
internal enum DotenvForm
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
}

/// <summary>Where one <c>NAME=value</c> lies in the file's bytes. It holds no part of the value.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Form">How the value is written.</param>
/// <param name="Lines">Everything from the start of its line to behind the last line's end.</param>
/// <param name="Written">The value as it is written, quotes included.</param>
internal readonly record struct DotenvAssignment(string Name, DotenvForm Form, Range Lines, Range Written);
