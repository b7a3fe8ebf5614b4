using System.CommandLine;

namespace Strongroom.Cli.Input;

/// <summary>A command whose help ends with examples that run.</summary>
internal sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    internal IReadOnlyList<string> Examples => examples;
}
