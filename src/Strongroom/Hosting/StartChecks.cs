using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Backends;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Deployment;
using Strongroom.Journaling;

namespace Strongroom.Hosting;

/// <summary>
/// The one list of what a start looks at. A host runs it when it starts, and <c>--check</c> and <c>doctor</c> run the same one,
/// so that they agree.
/// </summary>
public static class StartChecks
{
    /// <summary>In the order in which a start makes them, up to the first question to the backend.</summary>
    internal static IReadOnlyList<StartCheck> BeforeSecrets { get; } =
    [
        new(
            "settings",
            _ => true,
            facts =>
                facts.Settings = StartSettings.Read(
                    facts.Configuration,
                    facts.HostEnvironmentName,
                    facts.Backends,
                    WithOptions(facts)
                )
        ),
        new(
            "declaration",
            facts => facts.Options is not null,
            facts => facts.Declaration ??= SecretDeclaration.Load(DeclarationPath(facts.Options!))
        ),
        new("guardrail", IsDecided, facts =>
        {
            facts.BreakGlass = facts.Settings!.OpenBreakGlass(facts.Declaration?.Service ?? "unknown", facts.Time);
            facts.Settings.EnsureAllowed(facts.BreakGlass);
        }),
        new("plain secrets", IsDeclared, facts =>
        {
            if (facts.Settings!.FindPlainSecrets(facts.Configuration, facts.Declaration) is { } plain)
                throw plain;
        }),
        new("journal", IsDecided, facts =>
            facts.Journal = JournalFolder.Open(
                facts.Options!.JournalDirectory ?? JournalFolder.Default(),
                mustLast: facts.Options.AuditRequired && !facts.Settings!.IsLocalOrTest
            )
        ),
        new("backend", IsDeclared, facts => facts.Backend = facts.CreateBackend(facts.Settings!.BackendName, ContextOf(facts))),
    ];

    /// <summary>Makes every check that can be made, and says what each found.</summary>
    public static IReadOnlyList<StartFinding> Run(StartContext facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var findings = new List<StartFinding>();
        foreach (var check in BeforeSecrets.Where(check => check.CanLook(facts)))
        {
            try
            {
                check.Look(facts);
                findings.Add(new StartFinding(check.Name, [], null));
            }
            catch (SecretException e)
            {
                findings.Add(new StartFinding(check.Name, [], e));
            }
        }
        return findings;
    }

    /// <summary>Makes every check, and throws what they found.</summary>
    /// <exception cref="SecretException">Something is wrong; all faults are listed.</exception>
    internal static void Require(StartContext facts)
    {
        if (StartErrors.Combine([.. Run(facts).Select(finding => finding.Error).OfType<SecretException>()]) is { } failure)
            throw failure;
    }

    /// <summary>
    /// Reads all that is declared as a start does, by the same rules for values, and keeps nothing of it: one finding for each
    /// bundle.
    /// </summary>
    public static async Task<IReadOnlyList<StartFinding>> ReadAsync(
        SecretDeclaration declaration,
        ISecretBackend backend,
        StrongroomOptions options,
        DeploymentEnvironment environment,
        TimeProvider time,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(declaration);
        ArgumentNullException.ThrowIfNull(options);
        var clocks = new ElapsedClock(time);
        var settings = CacheSettings.Of(options, environment);
        using var fetcher = new BundleFetcher(backend, clocks, settings, () => [], _ => { }, NullLogger.Instance);
        CachedBundle[] cachedBundles =
        [
            .. declaration.Bundles.Select(bundle => new CachedBundle(bundle, options.Namespace, clocks, settings)),
        ];
        try
        {
            var outcomes = await fetcher.FetchAllAsync(cachedBundles, ReadPurpose.Get).WaitAsync(ct).ConfigureAwait(false);
            return
            [
                .. cachedBundles.Zip(outcomes, (cached, outcome) =>
                    new StartFinding("secrets", NamesOf(cached.Bundle), outcome.Error, cached.Bundle.Required)
                ),
            ];
        }
        finally
        {
            foreach (var cached in cachedBundles)
                cached.Expire();
        }
    }

    internal static string DeclarationPath(StrongroomOptions options) =>
        options.DeclarationPath ?? Path.Combine(AppContext.BaseDirectory, "secrets.json");

    private static bool IsDecided(StartContext facts) => facts.Settings is not null;

    private static bool IsDeclared(StartContext facts) => facts is { Settings: not null, Declaration: not null };

    /// <summary>
    /// The options are known as soon as they are read: with a fault in one of them the declaration is looked at all the same.
    /// </summary>
    private static Action<StrongroomOptions> WithOptions(StartContext facts) =>
        options =>
        {
            facts.Configure?.Invoke(options);
            facts.Options = options;
        };

    private static IReadOnlyList<SecretName> NamesOf(SecretBundle bundle) => [.. bundle.Secrets.Select(secret => secret.Name)];

    private static BackendContext ContextOf(StartContext facts) =>
        new()
        {
            Options = facts.Options!,
            Configuration = facts.Configuration,
            Environment = facts.Settings!.Environment,
            Declaration = facts.Declaration,
            Time = facts.Time,
            Loggers = facts.Loggers,
        };
}
