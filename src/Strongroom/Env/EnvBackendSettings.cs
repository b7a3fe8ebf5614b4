using Strongroom.Unix;

namespace Strongroom.Env;

/// <summary>
/// What the env backend works with. The process's variables come in through one door, so that a test needs not set any.
/// </summary>
internal sealed record EnvBackendSettings
{
    internal required string DotenvPath { get; init; }

    internal required DeploymentEnvironment Environment { get; init; }

    internal required TimeProvider Time { get; init; }

    internal string Namespace { get; init; } = "";

    internal SecretDeclaration? Declaration { get; init; }

    /// <summary>Reads one variable of the process; null where it is not set.</summary>
    internal Func<string, string?> ProcessVariable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Where the key of versions is kept; null: nowhere.</summary>
    internal string? StateFolder { get; init; }

    /// <summary>Loads the key of versions from that folder, or makes one.</summary>
    internal Func<string?, byte[]> LoadVersionKey { get; init; } = EnvVersionKey.LoadOrCreate;

    internal static EnvBackendSettings From(BackendContext context) =>
        new()
        {
            DotenvPath = context.Options.DotenvPath ?? ".env",
            Environment = context.Environment,
            Time = context.Time,
            Namespace = context.Options.Namespace,
            Declaration = context.Declaration,
            ProcessVariable = context.Variable,
            StateFolder = Unix.StateFolder.Find(context.Variable),
        };
}
