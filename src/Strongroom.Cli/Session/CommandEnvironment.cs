using System.Collections;

namespace Strongroom.Cli.Session;

/// <summary>The process's variables, current folder and clock. A test supplies its own.</summary>
internal sealed record CommandEnvironment
{
    internal required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The base of relative paths; null if that folder was removed or cannot be read.</summary>
    internal required string? Folder { get; init; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal static CommandEnvironment OfProcess() =>
        new()
        {
            Variables = Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
            Folder = CurrentFolder(),
        };

    /// <summary>A variable's text; unset and empty are the same.</summary>
    internal string? Variable(string name) => Variables.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

    /// <exception cref="CommandException">The path is relative, and this folder is gone.</exception>
    internal string FullPath(string path) =>
        Path.IsPathFullyQualified(path) ? Path.GetFullPath(path)
        : Folder is not null ? Path.GetFullPath(path, Folder)
        : throw CommandException.Usage(
            "the current folder no longer exists, or this user may not read it",
            "Change to an existing folder with cd."
        );

    private static string? CurrentFolder()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
