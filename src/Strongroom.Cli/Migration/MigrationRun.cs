using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Detection;
using Strongroom.Env;
using Strongroom.Operations;

namespace Strongroom.Cli.Migration;

/// <summary>Which part of a file a run is about, and what is decided with it.</summary>
internal sealed record MigrationScope(
    IReadOnlyList<SecretDeclaration> Declarations,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Secrets,
    IReadOnlyList<string> Plains
);

/// <summary>A file that is migrated: what is in it, and what is to become of that. Disposing zeroes all.</summary>
internal sealed class MigrationRun : IDisposable
{
    private readonly CommandContext _context;
    private const int LongestTemplate = 4 * 1024 * 1024;

    private readonly EntryClassifier _classifier;

    private MigrationRun(CommandContext context, string path, DotenvFile file, EntryClassifier classifier)
    {
        _context = context;
        _classifier = classifier;
        Path = path;
        File = file;
        Entries = classifier.Classify(file);
    }

    internal string Path { get; }

    internal DotenvFile File { get; }

    internal IReadOnlyList<PlannedEntry> Entries { get; }

    /// <summary>The entries that go to the backend now.</summary>
    internal IEnumerable<PlannedEntry> Stored => Entries.Where(entry => entry.IsStored && entry.State != EntryState.Left);

    /// <summary>Those whose value is short or guessed first. They are in use, so they are taken as they are.</summary>
    internal IEnumerable<PlannedEntry> Weak => Entries.Where(entry => entry.Weakness is not null);

    /// <summary>The undecided entries.</summary>
    internal IReadOnlyList<PlannedEntry> Undecided => [.. Entries.Where(entry => entry.Kind == EntryKind.Undecided)];

    internal IEnumerable<PlannedEntry> Conflicts => Entries.Where(entry => EntryState.IsConflict(entry.State));

    /// <exception cref="CommandException">There is no such file.</exception>
    /// <exception cref="SecretConfigurationException">It is malformed (line by line, without text), or open to
    /// others.</exception>
    internal static async Task<MigrationRun> OpenAsync(
        CommandContext context,
        string path,
        MigrationScope scope,
        CancellationToken ct
    )
    {
        var (declarations, services) = (scope.Declarations, scope.Services);
        if (services.FirstOrDefault(service => !declarations.Any(declaration => declaration.Service == service)) is not null)
            throw CommandException.Usage(
                "--service names a service whose declaration was not given",
                "Name its file: --declaration PATH."
            );
        var file = await new DotenvStore(path, context.Time).LoadAsync(ct)
            ?? throw CommandException.Usage("FILE does not exist", "Name the .env file that is to be migrated.");
        var run = await ReadAsync(context, path, file, scope, ct);
        foreach (
            var entry in run.Entries.Where(entry =>
                entry.IsStored && services.Count > 0 && !entry.Services.Any(services.Contains)
            )
        )
            entry.State = EntryState.Left;
        BackendStates.MarkContradictions([.. run.Stored]);
        if (declarations.Count == 0 && run.Stored.Any())
            context.Terminal.Warn(
                $"no declaration was found: {DeclarationOption.SearchedWithout}. The names are derived from the "
                    + "variables; name each service's declaration with --declaration."
            );
        return run;
    }

    /// <summary>Compares each entry with the backend; with <paramref name="applies"/> it writes the new ones.</summary>
    internal Task MeetBackendAsync(OperatorSession session, bool applies, CancellationToken ct) =>
        _context.Terminal.WaitAsync($"waiting for {session.Backend.Name}", _context.Time, async () =>
        {
            foreach (var secret in Stored.GroupBy(entry => entry.Place!.Value.Path).ToList())
            {
                List<PlannedEntry> entries = [.. secret];
                await BackendStates.ReadAsync(session, entries, ct);
                if (applies && entries.Exists(entry => entry.State == EntryState.New))
                    await BackendStates.WriteAsync(session, entries, ct);
            }
        });

    /// <summary>What is decided now is kept once the whole file was understood with it.</summary>
    private static async Task<MigrationRun> ReadAsync(
        CommandContext context,
        string path,
        DotenvFile file,
        MigrationScope scope,
        CancellationToken ct
    )
    {
        try
        {
            foreach (
                var named in file.Assignments.Where(one =>
                    CredentialDetector.Find(one.Name) is not null || RandomText.IsName(one.Name)
                )
            )
            {
                var line = file.Bytes.Span[..named.Written.Start.Value].Count((byte)'\n') + 1;
                throw CommandException.Usage(
                    $"{path}, line {line} has what looks like a secret where a variable's name belongs",
                    "Write NAME= in front of it, or take the line out: names are shown, and stay in the template."
                );
            }
            var settings = context.Settings;
            var decisions = Decisions.Load(path, scope.Secrets, scope.Plains, file.Names);
            var declared = new DeclaredVariables(scope.Declarations, settings.Options.Namespace, settings.NameOf);
            var run = new MigrationRun(context, path, file, new EntryClassifier(declared, decisions, settings.BackendName));
            if (scope.Secrets.Count + scope.Plains.Count > 0)
                await LockedFile.WriteAsync(Decisions.PathOf(path), decisions.Write(), LockedFile.Readable, context.Time, ct);
            return run;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    internal byte[] BuildTemplate() => new EnvTemplate(File, Entries, _classifier).Build();

    /// <summary>Writes the template where there is none, or an earlier one of this file; the word for what was done.</summary>
    /// <exception cref="CommandException">The one that is there holds a secret.</exception>
    internal async Task<string> WriteTemplateAsync(string path, CancellationToken ct)
    {
        var template = new EnvTemplate(File, Entries, _classifier);
        var text = template.Build();
        if (LockedFile.Read(path, LongestTemplate) is { } there)
        {
            if (there.AsSpan().SequenceEqual(text))
                return "unchanged";
            if (template.HoldsAny(there))
            {
                throw new CommandException(
                    ExitCodes.Refused,
                    $"{path} is there and holds a secret of FILE; it was left as it is",
                    "Take it out of version control, history included, rotate what it holds, remove it, and run this again.",
                    "Template"
                );
            }
            if (!EnvTemplate.IsEarlier(there, text))
            {
                _context.Terminal.Warn(
                    $"{path} is there and differs; it is left as it is. Remove it, or name another with --template."
                );
                return "kept";
            }
        }
        await LockedFile.WriteAsync(path, text, LockedFile.Readable, _context.Time, ct);
        return "written";
    }

    public void Dispose()
    {
        foreach (var entry in Entries)
            entry.Dispose();
        File.Dispose();
    }
}
