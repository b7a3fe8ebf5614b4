using Strongroom.Env;

namespace Strongroom.Cli.Migration;

/// <summary>Where each value of a file is once the file ends. What is nowhere else is named before anything is removed.</summary>
internal static class MigrationOutcomes
{
    private const int LongestTemplate = 4 * 1024 * 1024;

    /// <exception cref="CommandException">Something is undecided, a secret differs, or a value that would be lost is not dropped
    /// by name.</exception>
    internal static List<ReceiptEntry> Settle(
        MigrationRun run,
        IReadOnlyList<ParityRow> parity,
        string template,
        IReadOnlyList<string> drops,
        bool destroys
    )
    {
        if (drops.FirstOrDefault(pattern => !run.Entries.Any(entry => IsDropped(entry.Variable, [pattern]))) is { } lost)
            throw CommandException.Usage(
                $"--drop {lost}: no variable of FILE is called so",
                "'strongroom migrate FILE' lists them."
            );
        var open = run.Entries.Where(entry => entry.Kind == EntryKind.Undecided && !IsDropped(entry.Variable, drops)).ToList();
        if (open.Count > 0)
        {
            throw new CommandException(
                ExitCodes.Refused,
                $"{Quantity.Format(open.Count, "variable is", "variables are")} undecided, so nothing was removed: "
                    + $"{string.Join(", ", open.Select(entry => entry.Variable))}",
                "--secret VAR or --plain VAR decides, and --apply carries it out; --drop VAR lets the value go.",
                "Undecided"
            );
        }
        if (parity.Count(row => row.State != EntryState.Equal && !IsDropped(row.Variable, drops)) is > 0 and var differing)
            throw MigrateCommand.Unequal(differing);
        // One that is missing is written before the file ends.
        using var kept = File.Exists(template) ? ReadTemplate(template) : DotenvFile.Parse(run.BuildTemplate(), template);
        var fates = run.Entries.Select(entry => FateOf(run, entry, parity, kept, drops)).ToList();
        if (destroys)
            RequireNothingLost(fates);
        return fates;
    }

    /// <summary>What lies nowhere but in the file, or in the sealed one, is let go by name only.</summary>
    internal static void RequireNothingLost(IReadOnlyList<ReceiptEntry> fates)
    {
        var lost = fates.Where(fate => fate.Outcome == MigrationOutcome.Sealed).Select(fate => fate.Variable).ToList();
        if (lost.Count == 0)
            return;
        throw new CommandException(
            ExitCodes.Refused,
            $"{Quantity.Format(lost.Count, "value is", "values are")} in no backend and in no template, so nothing was removed: "
                + $"{string.Join(", ", lost)}",
            "--secret VAR=NAME with --apply stores one, after --restore where it is sealed; --drop VAR lets it go.",
            "ValueLost"
        );
    }

    internal static bool IsDropped(string variable, IReadOnlyList<string> drops) =>
        drops.Any(pattern => new Decision(pattern, IsSecret: false, null).Names(variable));

    private static ReceiptEntry FateOf(
        MigrationRun run,
        PlannedEntry entry,
        IReadOnlyList<ParityRow> parity,
        DotenvFile? template,
        IReadOnlyList<string> drops
    )
    {
        var row = parity.FirstOrDefault(one => one.Variable == entry.Variable && one.State == EntryState.Equal);
        var fate =
            entry.IsBlank ? MigrationOutcome.NoValue
            : row is not null && (entry.Kind != EntryKind.Url || HasRest(run, entry, template)) ? MigrationOutcome.Backend
            : IsDropped(entry.Variable, drops) ? MigrationOutcome.Dropped
            : entry.Kind == EntryKind.Configuration && HasValue(run, entry, template) ? MigrationOutcome.Template
            : MigrationOutcome.Sealed;
        return new ReceiptEntry(
            entry.Variable,
            entry.Kind.ToString().ToLowerInvariant(),
            fate,
            fate == MigrationOutcome.Backend ? row!.Name : null,
            fate == MigrationOutcome.Backend ? row!.Version : null
        );
    }

    private static bool HasValue(MigrationRun run, PlannedEntry entry, DotenvFile? template)
    {
        using var value = run.File.Read(entry.Variable);
        using var kept = template?.Read(entry.Variable);
        return kept is not null && kept.Equals(value);
    }

    /// <summary>The URL itself: without it, what the password is for would be lost.</summary>
    private static bool HasRest(MigrationRun run, PlannedEntry entry, DotenvFile? template)
    {
        using var built = DotenvFile.Parse(run.BuildTemplate(), "the template");
        using var value = built.Read(entry.Variable);
        using var kept = template?.Read(entry.Variable);
        return kept is not null && kept.Equals(value);
    }

    private static DotenvFile? ReadTemplate(string path)
    {
        try
        {
            return LockedFile.Read(path, LongestTemplate) is { } bytes ? DotenvFile.Parse(bytes, path) : null;
        }
        catch (SecretConfigurationException)
        {
            // A template that no program can read keeps nothing.
            return null;
        }
    }
}
