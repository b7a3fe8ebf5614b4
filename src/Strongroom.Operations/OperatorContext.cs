using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Unix;

namespace Strongroom.Operations;

/// <summary>The environment of an operator's program, and its output.</summary>
public sealed record OperatorContext
{
    /// <summary>The process variables. Settings are read from them only, never from a <c>.env</c> file.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Makes a path absolute. Default: relative to the current folder.</summary>
    public Func<string, string> FullPath { get; init; } = Path.GetFullPath;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The logger factory of the library. Default: no logging.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Reports what needs the operator's attention. Default: not reported.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Reports what was done in addition. Default: not reported.</summary>
    public Action<string> Note { get; init; } = static _ => { };

    /// <summary>The variables as configuration.</summary>
    public IConfiguration Configuration => new VariableConfiguration(Variables);

    /// <summary>The folder for state without a setting of its own.</summary>
    /// <exception cref="SecretConfigurationException">There is no such folder.</exception>
    public string StateFolder => Unix.StateFolder.Get(Variable);

    /// <summary>The value of a variable; null if it is unset or empty.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var text) && text.Length > 0 ? text : null;
}
