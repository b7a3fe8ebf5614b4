using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Env;

namespace Strongroom.Cli.Migration;

/// <summary>A file that is migrated: what is in it, and what is to become of that. Disposing zeroes all.</summary>
internal sealed class MigrationRun : IDisposable
{
    private readonly CommandContext _context;
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

    internal IEnumerable<PlannedEntry> Conflicts => Entries.Where(entry => EntryState.IsConflict(entry.State));

    /// <exception cref="CommandException">There is no such file.</exception>
    /// <exception cref="SecretConfigurationException">It is malformed (line by line, without text), or open to others.</exception>
    internal static async Task<MigrationRun> OpenAsync(CommandContext context, string path, IReadOnlyList<SecretDeclaration> declarations, IReadOnlyList<string> services, CancellationToken ct)
    {
        if (services.FirstOrDefault(service => !declarations.Any(declaration => declaration.Service == service)) is not null)
            throw CommandException.Usage("--service names a service whose declaration was not given", "Name its file: --declaration PATH.");
        var file = await new DotenvStore(path, context.Time).LoadAsync(ct)
            ?? throw CommandException.Usage("FILE does not exist", "Name the .env file that is to be migrated.");
        var settings = context.Settings;
        var run = new MigrationRun(context, path, file, new EntryClassifier(new DeclaredVariables(declarations, settings.BackendName, settings.Options.Namespace)));
        foreach (var entry in run.Entries.Where(entry => entry.IsStored && services.Count > 0 && !entry.Services.Any(services.Contains)))
            entry.State = EntryState.Left;
        BackendStates.MarkContradictions([.. run.Stored]);
        return run;
    }

    /// <summary>Looks how the backend stands to each; with <paramref name="applies"/> it writes those that are new.</summary>
    internal Task MeetBackendAsync(OperatorSession session, bool applies, CancellationToken ct) =>
        _context.Terminal.WaitAsync($"waiting for {session.BackendName}", _context.Time, async () =>
        {
            foreach (var secret in Stored.GroupBy(entry => entry.Place!.Value.Path).ToList())
            {
                List<PlannedEntry> entries = [.. secret];
                await BackendStates.ReadAsync(session, entries, ct);
                if (applies && entries.Exists(entry => entry.State == EntryState.New))
                    await BackendStates.WriteAsync(session, entries, ct);
            }
        });

    /// <summary>Writes the template where there is none; the word for what was done.</summary>
    internal string WriteTemplate(string path)
    {
        var text = new EnvTemplate(File, Entries, _classifier).Build();
        if (System.IO.File.Exists(path))
        {
            if (System.IO.File.ReadAllBytes(path).AsSpan().SequenceEqual(text))
                return "unchanged";
            _context.Terminal.Warn($"{path} is there and differs; it is left as it is. Remove it, or name another with --template.");
            return "kept";
        }
        WholeFile.Write(path, text, WholeFile.Readable);
        return "written";
    }

    public void Dispose()
    {
        foreach (var entry in Entries)
            entry.Dispose();
        File.Dispose();
    }
}
