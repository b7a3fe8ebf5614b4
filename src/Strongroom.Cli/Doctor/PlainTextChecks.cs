using Strongroom.Cli.Migration;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Operations;
using Strongroom.Unix;

namespace Strongroom.Cli.Doctor;

/// <summary>Secrets in plain text: a <c>.env</c>, variables, temporary files, and a sealed file past its retention.</summary>
internal static class PlainTextChecks
{
    private const string Check = "plain text";

    internal static IEnumerable<Finding> Find(CommandContext context, SecretDeclaration? declaration, string? declarationFolder)
    {
        var settings = context.Settings;
        var findings = new List<Finding>();
        var files = new[]
        {
            settings.Options.DotenvPath!,
            context.CommandEnvironment.FullPath(Path.Combine(declarationFolder ?? "", ".env")),
        }
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var folders = files
            .Select(file => Path.GetDirectoryName(context.CommandEnvironment.FullPath(file))!)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        foreach (var file in files)
        {
            if (
                settings.Environment != DeploymentEnvironment.Local
                && settings.BackendName != BackendNames.Env
                && File.Exists(file)
            )
                findings.Add(
                    Finding.Failed(
                        Check,
                        $"{file} is in plain text",
                        "Run 'strongroom migrate FILE --apply', and once every service runs without the file, "
                            + "'strongroom migrate FILE --finish encrypt'."
                    )
                );
            if (
                File.Exists(SealedFile.PathOf(file))
                && SealedFile.Read(file) is { } kept
                && kept.KeepUntil < context.Time.GetUtcNow()
            )
                findings.Add(
                    Finding.Failed(
                        Check,
                        $"{SealedFile.PathOf(file)} is past its retention, which ended at {Timestamps.Text(kept.KeepUntil)}",
                        "Run 'strongroom migrate FILE --finish destroy'."
                    )
                );
        }
        foreach (var folder in folders)
        {
            foreach (var left in AtomicFile.Unfinished(folder))
                findings.Add(
                    Finding.Failed(
                        Check,
                        $"{left} was left behind by an interrupted command, and may hold every value",
                        "The next 'strongroom migrate' or 'strongroom set' in that folder deletes it; or delete it yourself."
                    )
                );
        }
        if (settings.FindPlainSecrets(declaration) is { } plain)
            findings.AddRange(
                plain.Faults.Select(fault =>
                    Finding.Failed(
                        Check,
                        fault,
                        "Remove it from the environment that the service starts with: unit file, compose file, shell profile."
                    )
                )
            );
        return findings.Count > 0
            ? findings
            :
            [
                Finding.Passed(
                    Check,
                    settings.Environment == DeploymentEnvironment.Local
                        ? "plain text is allowed in local"
                        : "no secrets in plain text"
                ),
            ];
    }
}
