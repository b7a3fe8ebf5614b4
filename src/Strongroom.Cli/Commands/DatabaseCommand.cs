using System.CommandLine;
using System.Text.Json.Serialization;
using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Storage;
using Strongroom.Storage.Schema;

namespace Strongroom.Cli.Commands;

/// <summary><c>database upgrade</c>: brings the schemas up to date, under an owner's role.</summary>
internal static class DatabaseCommand
{
    internal static Command Create(CommandContext context)
    {
        var migrations = MigrationsOption.Create("Their tables are upgraded too.");
        var upgrade = new ExampleCommand(
            "upgrade",
            "Upgrades the schema. With PostgreSQL, DATABASE_USER is the role that owns it, and the secret "
                + $"'{ManagedDatabaseLogin.OwnerName}' holds its password.",
            "strongroom database upgrade",
            "strongroom database upgrade --migrations /srv/trading/*/migrations",
            "DATABASE_HOST=db.internal DATABASE_NAME=trading DATABASE_USER=trading_owner strongroom database upgrade "
                + "--migrations /srv/trading/*/migrations"
        )
        {
            migrations,
        };
        upgrade.Does(context, (parsed, ct) => UpgradeAsync(context, parsed.GetValue(migrations) ?? [], ct));
        return new ExampleCommand("database", "Manages the database of audit rows and trips.", "strongroom database upgrade")
        {
            upgrade,
        };
    }

    private static async Task UpgradeAsync(CommandContext context, string[] folders, CancellationToken ct)
    {
        // Wrong folders are reported before anything is changed.
        IReadOnlyList<SchemaMigrations> schemas =
        [
            SchemaMigrations.Strongroom,
            .. MigrationsOption.Load(context, folders, context.Settings.ReadDatabaseOptions().Dialect),
        ];
        await using var session = await context.OpenForUpgradeAsync(ct);
        var applied = await context.Terminal.WaitAsync($"upgrading {session.Database.Location}", context.Time, () =>
            MigrateAsync(session.Database, schemas, ct)
        );
        var sum = applied.Sum(schema => schema.Applied);
        if (context.Terminal.IsJson)
            context.Terminal.Json(
                new UpgradeShape(session.Database.Location, sum, applied is [_] ? null : applied),
                DatabaseJson.Default.UpgradeShape
            );
        else
            context.Terminal.Line(
                sum == 0
                    ? $"{session.Database.Location} is up to date{Names(applied)}"
                    : $"{session.Database.Location} was upgraded by {Quantity.Format(sum, "migration")}{Names(applied)}"
            );
    }

    private static async Task<IReadOnlyList<UpgradedSchema>> MigrateAsync(
        Database database,
        IReadOnlyList<SchemaMigrations> schemas,
        CancellationToken ct
    )
    {
        // Also where nothing is to be done: a copy is up to date and of no use.
        await DatabaseRequirements.VerifyAsync(database, ct);
        var applied = new List<UpgradedSchema>();
        foreach (var schema in schemas)
            applied.Add(new UpgradedSchema(schema.Name, await SchemaMigrator.MigrateAsync(database, schema, ct)));
        return applied;
    }

    private static string Names(IReadOnlyList<UpgradedSchema> schemas) =>
        schemas is [_] ? "" : ": " + string.Join(", ", schemas.Select(Describe));

    private static string Describe(UpgradedSchema schema) =>
        schema.Applied == 0 ? $"{schema.Name} unchanged" : $"{schema.Name} +{schema.Applied}";
}

/// <summary>The result of <c>database upgrade</c>; <c>schemas</c> where there are others beside Strongroom's own.</summary>
internal sealed record UpgradeShape(
    string Database,
    int Applied,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<UpgradedSchema>? Schemas
);

/// <summary>One schema, and how many migrations it lacked.</summary>
internal sealed record UpgradedSchema(string Name, int Applied);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UpgradeShape))]
internal sealed partial class DatabaseJson : JsonSerializerContext;
