using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Unix;

namespace Strongroom.Operations;

/// <summary>What an operator's program runs in, and how it tells its operator something.</summary>
public sealed record OperatorContext
{
    /// <summary>The process's variables. Settings are read from them and from nothing else, never from a <c>.env</c>
    /// file.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Makes a path absolute. Default: from the current folder.</summary>
    public Func<string, string> FullPath { get; init; } = Path.GetFullPath;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the library logs.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Tells the operator what needs attention. Default: nothing is told.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Tells the operator what was done besides. Default: nothing is told.</summary>
    public Action<string> Note { get; init; } = static _ => { };

    /// <summary>The variables as configuration.</summary>
    public IConfiguration Configuration => new VariableConfiguration(Variables);

    /// <summary>The folder for state that no setting names a place for.</summary>
    /// <exception cref="SecretConfigurationException">There is none.</exception>
    public string StateFolder => Unix.StateFolder.Get(Variable);

    /// <summary>A variable's text; null where it is unset or empty.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var text) && text.Length > 0 ? text : null;
}
