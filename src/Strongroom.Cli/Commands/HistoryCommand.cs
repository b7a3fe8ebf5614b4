using System.CommandLine;
using System.Text.Json.Serialization;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;

namespace Strongroom.Cli.Commands;

/// <summary><c>history NAME</c>: versions, newest first, never values.</summary>
internal static class HistoryCommand
{
    internal static Command Create(CommandContext context)
    {
        var name = new SecretNameArgument();
        var command = new ExampleCommand(
            "history",
            "Lists a secret's versions, newest first; never values.",
            "strongroom history alpaca/credentials",
            "strongroom history alpaca/credentials --output json"
        )
        {
            name.Argument,
        };
        command.Does(context, (parsed, ct) => RunAsync(context, name.Read(parsed), ct));
        return command;
    }

    /// <summary>The versions, newest first.</summary>
    internal static Task<List<SecretVersionInfo>> ReadAsync(
        CommandContext context,
        OperatorSession session,
        SecretName name,
        CancellationToken ct
    ) =>
        MissingSecrets.WithNearNamesAsync(
            session,
            name,
            () => context.Terminal.WaitAsync($"waiting for {session.Backend.Name}", context.Time, async () =>
                {
                    var versions = new List<SecretVersionInfo>();
                    await foreach (var version in session.Versions.HistoryAsync(name, ct))
                        versions.Add(version);
                    return versions;
                }),
            ct
        );

    private static async Task RunAsync(CommandContext context, SecretName name, CancellationToken ct)
    {
        await using var session = await context.OpenAsync(ct);
        var versions = await ReadAsync(context, session, name, ct);
        if (context.Terminal.IsJson)
        {
            context.Terminal.Json(
                new HistoryShape(
                    name.ToString(),
                    [
                        .. versions.Select(version => new VersionShape(
                            version.Version.Id,
                            version.CreatedAt,
                            StateOf(version),
                            version.IsCurrent,
                            version.Stages
                        )),
                    ]
                ),
                HistoryJson.Default.HistoryShape
            );
            return;
        }
        context.Terminal.Table(
            ["version", "created", "state", "stages"],
            [
                .. versions.Select(version =>
                    (IReadOnlyList<string>)
                        [
                            version.Version.Id,
                            Timestamps.Text(version.CreatedAt),
                            version is { IsCurrent: true, State: SecretVersionState.Available } ? "current" : StateOf(version),
                            string.Join(",", version.Stages),
                        ]
                ),
            ]
        );
    }

    private static string StateOf(SecretVersionInfo version) =>
        version.State switch
        {
            SecretVersionState.Available => "available",
            SecretVersionState.Deleted => "deleted",
            _ => "destroyed",
        };
}

/// <summary>The result of <c>history</c>.</summary>
internal sealed record HistoryShape(string Name, IReadOnlyList<VersionShape> Versions);

/// <summary>One version; <c>state</c> is available, deleted or destroyed.</summary>
internal sealed record VersionShape(
    string Version,
    DateTimeOffset? CreatedAt,
    string State,
    bool IsCurrent,
    IReadOnlyList<string> Stages
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HistoryShape))]
internal sealed partial class HistoryJson : JsonSerializerContext;
