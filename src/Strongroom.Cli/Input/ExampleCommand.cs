using System.CommandLine;

namespace Strongroom.Cli.Input;

/// <summary>A command whose help ends with examples that run.</summary>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    internal IReadOnlyList<string> Examples => examples;

    /// <summary>It ends by its own rules when a signal comes; nothing else cuts it off.</summary>
    internal bool OwnsSignals { get; set; }
}
