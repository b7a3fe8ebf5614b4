using System.CommandLine;
using Strongroom.Cli.Session;
using Strongroom.Storage;
using Strongroom.Storage.Schema;

namespace Strongroom.Cli.Input;

/// <summary><c>--migrations DIR…</c>: the folders in which services publish the migrations of their own tables.</summary>
internal static class MigrationsOption
{
    internal static Option<string[]> Create(string whereNone) =>
        new("--migrations")
        {
            Description = $"The '{PublishedMigrations.FolderName}' folders of published services. {whereNone}",
            HelpName = "DIR…",
            AllowMultipleArgumentsPerToken = true,
        };

    /// <exception cref="SecretConfigurationException">A folder is missing or holds none.</exception>
    internal static IReadOnlyList<SchemaMigrations> Load(
        CommandContext context,
        IEnumerable<string> folders,
        DatabaseDialect dialect
    ) => PublishedMigrations.Load(folders.Select(context.CommandEnvironment.FullPath), dialect);
}
