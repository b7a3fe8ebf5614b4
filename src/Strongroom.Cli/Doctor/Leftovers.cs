using Strongroom.Cli.Migration;
using Strongroom.Cli.Session;
using Strongroom.Operations;
using Strongroom.Unix;

namespace Strongroom.Cli.Doctor;

/// <summary>Secrets that still stand in plain text: a <c>.env</c>, variables, and a sealed file whose time is over.</summary>
internal static class Leftovers
{
    private const string Check = "leftovers";

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
                    Finding.Bad(
                        Check,
                        $"{file} lies there in plain text",
                        "strongroom migrate FILE --apply, and once every service runs without it: strongroom migrate FILE "
                            + "--finish encrypt"
                    )
                );
            if (
                File.Exists(SealedFile.PathOf(file))
                && SealedFile.Read(file) is { } kept
                && kept.KeepUntil < context.Time.GetUtcNow()
            )
                findings.Add(
                    Finding.Bad(
                        Check,
                        $"{SealedFile.PathOf(file)} was to be kept until {Output.Timestamps.Text(kept.KeepUntil)}",
                        "strongroom migrate FILE --finish destroy"
                    )
                );
        }
        foreach (var folder in folders)
        {
            foreach (var left in AtomicFile.Unfinished(folder))
                findings.Add(
                    Finding.Bad(
                        Check,
                        $"{left} is what a stopped command left, and may hold every value",
                        "The next 'strongroom migrate' or 'strongroom set' in that folder clears it; or remove it."
                    )
                );
        }
        if (settings.FindPlainSecrets(declaration) is { } plain)
            findings.AddRange(
                plain.Faults.Select(fault =>
                    Finding.Bad(
                        Check,
                        fault,
                        "Take it out of the environment of whoever starts the service: unit file, compose file, shell profile."
                    )
                )
            );
        return findings.Count > 0
            ? findings
            :
            [
                Finding.Good(
                    Check,
                    settings.Environment == DeploymentEnvironment.Local
                        ? "plain text is allowed in local"
                        : "no secret in plain text was found"
                ),
            ];
    }
}
