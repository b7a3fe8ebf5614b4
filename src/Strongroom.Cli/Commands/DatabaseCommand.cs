using System.CommandLine;
using System.Text.Json.Serialization;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Storage.Schema;

namespace Strongroom.Cli.Commands;

/// <summary><c>database upgrade</c>: brings the schema up to date, under an owner's role.</summary>
internal static class DatabaseCommand
{
    internal static Command Create(CommandContext context)
    {
        var upgrade = new ExampleCommand(
            "upgrade", "Brings the schema up to date. With PostgreSQL, DATABASE_USER is the role that owns it.",
            "strongroom database upgrade", "DATABASE_HOST=db.internal DATABASE_NAME=trading DATABASE_USER=migrator strongroom database upgrade");
        upgrade.Does(context, (_, ct) => UpgradeAsync(context, ct));
        return new ExampleCommand("database", "The database of audit and trips.", "strongroom database upgrade") { upgrade };
    }

    private static async Task UpgradeAsync(CommandContext context, CancellationToken ct)
    {
        await using var session = await context.OpenForUpgradeAsync(ct);
        var applied = await context.Terminal.WaitAsync(
            $"upgrading {session.Database.Location}", context.Time, () => SchemaMigrator.MigrateAsync(session.Database, SchemaMigrations.Strongroom, ct));
        if (context.Terminal.IsJson)
            context.Terminal.Json(new UpgradeShape(session.Database.Location, applied), DatabaseJson.Default.UpgradeShape);
        else
            context.Terminal.Line(applied == 0 ? $"{session.Database.Location} is up to date" : $"{session.Database.Location} was brought up to date by {applied} migration(s)");
    }
}

/// <summary>The result of <c>database upgrade</c>.</summary>
internal sealed record UpgradeShape(string Database, int Applied);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UpgradeShape))]
internal sealed partial class DatabaseJson : JsonSerializerContext;
