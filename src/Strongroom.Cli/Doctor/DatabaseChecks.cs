using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;
using Strongroom.Storage;
using Strongroom.Storage.Schema;

namespace Strongroom.Cli.Doctor;

/// <summary>
/// What a start requires of the database: that it is usable, and has Strongroom's schema and that of the service's own tables.
/// </summary>
internal sealed class DatabaseChecks(
    CommandContext context,
    OperatorSession session,
    IReadOnlyList<string> folders,
    SecretDeclaration? declaration,
    string declarationPath
)
{
    private const string Check = "database";

    private readonly List<Finding> _findings = [];

    /// <summary>The default migrations folder, if it does not exist.</summary>
    private string? _folder;

    /// <summary>
    /// What Strongroom keeps in a database that is away waits in the journal, so it stops no start; a schema that is another one
    /// does, and so does everything that prevents a check of the service's own tables.
    /// </summary>
    internal bool MayStart { get; private set; } = true;

    internal async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
    {
        var own = FindOwn();
        var isUsable =
            await TryAsync(Check, stopsStart: true, MayBeSentThePassword, good: null)
            && await TryAsync(
                Check,
                stopsStart: own.Count > 0,
                () => session.AuditStore.PrepareAsync(ct).AsTask(),
                $"{session.Database.Location} answers, and its schema is the required one"
            );
        if (!isUsable)
            return _findings;
        // Where a start migrates, nothing can be missing.
        if (own.Count == 0 && _folder is not null && !session.Database.Context.MayMigrate)
            _findings.Add(
                Finding.Undetermined(
                    "schema",
                    $"there is no folder {_folder}; if the service has its own tables, name their folder with --migrations"
                )
            );
        foreach (var schema in own)
        {
            await TryAsync(
                $"schema {schema.Name}",
                stopsStart: true,
                () => SchemaMigrator.CheckUpgradableAsync(session.Database, schema, ct),
                session.Database.Context.MayMigrate
                    ? "up to date, or upgraded by the next start"
                    : "the version that the service requires"
            );
        }
        return _findings;
    }

    private IReadOnlyList<SchemaMigrations> FindOwn()
    {
        IReadOnlyList<string> looked = folders;
        if (folders.Count == 0)
        {
            if (declaration is null)
                return [];
            var beside = Path.Combine(Path.GetDirectoryName(declarationPath)!, PublishedMigrations.FolderName);
            if (!Directory.Exists(beside))
            {
                _folder = beside;
                return [];
            }
            looked = [beside];
        }
        try
        {
            return MigrationsOption.Load(context, looked, session.Database.Dialect);
        }
        catch (SecretConfigurationException e)
        {
            _findings.AddRange(e.Faults.Select(fault => Finding.Failed("schema", fault, ErrorHints.Of(e))));
            // The service has its own copy; what it lacks there is not known here.
            return [];
        }
    }

    /// <summary>The command may connect where its operator says; a service only where its declaration allows.</summary>
    private Task MayBeSentThePassword()
    {
        session.Database.EnsureLoginAllowed(declaration);
        return Task.CompletedTask;
    }

    private async Task<bool> TryAsync(string check, bool stopsStart, Func<Task> look, string? good)
    {
        try
        {
            await look();
            if (good is not null)
                _findings.Add(Finding.Passed(check, good));
            return true;
        }
        catch (SecretException e)
        {
            MayStart &= !stopsStart && e is SecretUnavailableException or SecretAccessDeniedException;
            _findings.Add(Finding.Failed(check, e));
            return false;
        }
    }
}
