using System.Collections;

namespace Strongroom.Cli.Session;

/// <summary>What the process stands in: variables, folder, clock. A test gives its own.</summary>
internal sealed record CommandEnvironment
{
    internal required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Where relative paths begin; null where that folder was removed, or may not be seen.</summary>
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
            "the current folder does not exist any more, or this user may not see it",
            "Change to a folder that is there: cd."
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
