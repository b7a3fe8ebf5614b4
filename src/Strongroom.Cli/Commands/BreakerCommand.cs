using System.CommandLine;
using System.Text.Json.Serialization;
using Strongroom.Breaker;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;
using Strongroom.Storage;

namespace Strongroom.Cli.Commands;

/// <summary><c>breaker</c> and <c>breaker clear ID --reason</c>: what tripped the credential breaker, and the way back.</summary>
internal static class BreakerCommand
{
    private const int LongestReason = 512;

    internal static Command Create(CommandContext context)
    {
        var command = new ExampleCommand(
            "breaker",
            "Lists the uncleared trips of the credential breaker in this environment and namespace.",
            "strongroom breaker",
            "strongroom breaker --output json",
            "strongroom breaker clear 0198c0de-0000-7000-8000-000000000001 --reason 'key pair replaced, INC-42'"
        );
        command.Does(context, (_, ct) => ListAsync(context, ct));
        command.Subcommands.Add(CreateClear(context));
        return command;
    }

    private static ExampleCommand CreateClear(CommandContext context)
    {
        var id = new Argument<string>("ID") { Description = "The trip's id, as 'strongroom breaker' lists it." };
        var reason = new Option<string>("--reason")
        {
            Description = "Why the trip may be cleared; recorded permanently.",
            HelpName = "TEXT",
            Required = true,
        };
        var clear = new ExampleCommand(
            "clear",
            "Clears a trip. Each service resumes once its own credentials are accepted.",
            "strongroom breaker clear 0198c0de-0000-7000-8000-000000000001 --reason 'key pair replaced, INC-42'"
        )
        {
            id,
            reason,
        };
        clear.Does(context, (parsed, ct) =>
        {
            if (!Guid.TryParse(parsed.GetValue(id), out var trip))
                throw CommandException.Usage("ID is not the id of a trip", "'strongroom breaker' lists them.");
            var why = parsed.GetValue(reason)!.Trim();
            if (why.Length is 0 or > LongestReason || why.Any(char.IsControl))
                throw CommandException.Usage(
                    $"--reason must be 1 to {LongestReason} characters on one line",
                    "Say what was fixed, and reference the incident."
                );
            return ClearAsync(context, trip, why, ct);
        });
        return clear;
    }

    private static async Task ListAsync(CommandContext context, CancellationToken ct)
    {
        await using var session = await context.OpenAsync(ct);
        var found = await FindAsync(context, session, ct);
        var isCopy = found.Faults.Count == 0 && await DatabaseRequirements.IsStandbyAsync(session.Database, ct);
        if (context.Terminal.IsJson && (found.Faults.Count == 0 || found.Trips.Count > 0))
        {
            // A standby may lack the newest trip, so an empty list there is inconclusive.
            context.Terminal.Json(
                new BreakerShape(
                    found.Trips.Count > 0 ? true
                        : isCopy ? null
                        : false,
                    isCopy ? session.Database.Location : null,
                    session.Scope.Environment,
                    session.Scope.Namespace,
                    [.. found.Trips.Select(trip => TripShape.Of(trip.Trip, trip.IsStored))]
                ),
                BreakerJson.Default.BreakerShape
            );
        }
        else
        {
            foreach (var (trip, _) in found.Trips)
                Show(context.Terminal, trip);
        }
        // What could not be read may hold more, so that this is no complete answer.
        if (found.Faults.Count > 0)
        {
            foreach (var fault in found.Faults.Skip(1))
                context.Terminal.Warn(fault.Message);
            throw found.Faults[0];
        }
        if (isCopy)
        {
            context.Terminal.Warn(
                $"read from {session.Database.Location}, a read-only standby that may lack the newest trips; set DATABASE_HOST "
                    + "to the primary for a complete answer"
            );
        }
        if (context.Terminal.IsJson)
            return;
        if (found.Trips.Count == 0 && !isCopy)
            context.Terminal.Note($"no uncleared trips in {Where(session.Scope)}");
        else if (found.Trips.Count > 0 && context.Terminal.IsErrorTerminal)
            context.Terminal.Note("fix the cause, then: strongroom breaker clear ID --reason TEXT");
    }

    private static void Show(Terminal terminal, TripRecord trip)
    {
        var cause = trip.Cause.ToString().ToLowerInvariant();
        if (terminal.IsOutputTerminal)
        {
            terminal.Facts(
                ("trip", trip.Id.ToString()),
                ("at", Timestamps.Text(trip.At)),
                ("service", trip.Service),
                ("bundle", trip.Bundle),
                ("cause", cause),
                ("detail", trip.Detail)
            );
            return;
        }
        terminal.Table(
            ["id", "at", "service", "bundle", "cause", "detail"],
            [
                [trip.Id.ToString(), Timestamps.Text(trip.At), trip.Service, trip.Bundle, cause, trip.Detail],
            ]
        );
    }

    private static async Task ClearAsync(CommandContext context, Guid id, string reason, CancellationToken ct)
    {
        await using var session = await context.OpenAsync(ct);
        var found = await FindAsync(context, session, ct);
        var existing = await found.ReadClearanceAsync(id, ct);
        if (found.Find(id) is not { } trip || (existing is not null && !found.IsInLocalFile(id)))
            throw found.Faults is [var fault, ..] && existing is null ? fault : NotThere(session.Scope);
        var clearance = existing ?? new TripClearance(id, await session.ActorAsync(), reason, context.Time.GetUtcNow());
        await found.ClearAsync(trip, clearance, ct);
        if (context.Terminal.IsJson)
            context.Terminal.Json(new ClearedShape(id, clearance.Operator, clearance.Reason), BreakerJson.Default.ClearedShape);
        else
            context.Terminal.Line($"trip {id} cleared by {clearance.Operator}");
    }

    private static Task<UnclearedTrips> FindAsync(CommandContext context, OperatorSession session, CancellationToken ct) =>
        context.Terminal.WaitAsync($"asking {session.Database.Location}", context.Time, () =>
            UnclearedTrips.FindAsync(session, ct)
        );

    private static CommandException NotThere(TripScope scope) =>
        new(
            ExitCodes.NotFound,
            $"no uncleared trip has this id in {Where(scope)}",
            "'strongroom breaker' lists the uncleared trips; this one may have been cleared already.",
            "TripNotFound"
        );

    private static string Where(TripScope scope) =>
        scope.Namespace.Length == 0 ? scope.Environment : $"{scope.Environment}, namespace {scope.Namespace}";
}

/// <summary>The result of <c>breaker</c>. <c>standby</c> is the read-only copy that it was read from, where it was one;
/// <c>halted</c> is null where that holds no trip, since it may lack the newest.</summary>
internal sealed record BreakerShape(
    bool? Halted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Standby,
    string Environment,
    string Namespace,
    IReadOnlyList<TripShape> Trips
);

/// <summary>One trip; <c>stored</c> is false where only a service's own file holds it yet.</summary>
internal sealed record TripShape(
    Guid Id,
    DateTimeOffset At,
    string Service,
    string Instance,
    string Bundle,
    string Version,
    string Cause,
    string Detail,
    bool Stored
)
{
    internal static TripShape Of(TripRecord trip, bool isStored) =>
        new(
            trip.Id,
            trip.At,
            trip.Service,
            trip.Instance,
            trip.Bundle,
            trip.Version,
            trip.Cause.ToString().ToLowerInvariant(),
            trip.Detail,
            isStored
        );
}

/// <summary>The result of <c>breaker clear</c>.</summary>
internal sealed record ClearedShape(Guid Id, string Operator, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BreakerShape))]
[JsonSerializable(typeof(ClearedShape))]
internal sealed partial class BreakerJson : JsonSerializerContext;
