using System.Collections;

namespace Strongroom.Cli.Session;

/// <summary>What the process stands in: variables, folder, clock. A test gives its own.</summary>
internal sealed record Surroundings
{
    internal required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Where relative paths begin.</summary>
    internal required string Folder { get; init; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal static Surroundings OfProcess() => new()
    {
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(
            entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        Folder = Environment.CurrentDirectory,
    };

    /// <summary>A variable's text; unset and empty are the same.</summary>
    internal string? Variable(string name) => Variables.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

    internal string FullPath(string path) => Path.GetFullPath(path, Folder);

    /// <summary>The folder for what no setting names a place for.</summary>
    /// <exception cref="SecretConfigurationException">There is none.</exception>
    internal string StateFolder => Env.StateFolder.Get(Variable);
}
