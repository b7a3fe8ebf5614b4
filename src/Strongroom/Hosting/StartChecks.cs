using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Backends;
using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Deployment;
using Strongroom.Journaling;

namespace Strongroom.Hosting;

/// <summary>
/// The single list of a start's checks. A host runs it when it starts; <c>--check</c> and <c>doctor</c> run the same list, so
/// that their results agree.
/// </summary>
public static class StartChecks
{
    /// <summary>The checks in order, up to the first request to the backend.</summary>
    internal static IReadOnlyList<StartCheck> BeforeSecrets { get; } =
    [
        new(
            "settings",
            _ => true,
            context =>
                context.Settings = StartSettings.Read(
                    context.Configuration,
                    context.HostEnvironmentName,
                    context.Backends,
                    WithOptions(context)
                )
        ),
        new(
            "declaration",
            context => context.Options is not null,
            context => context.Declaration ??= SecretDeclaration.Load(DeclarationPath(context.Options!))
        ),
        new("guardrail", IsDecided, context =>
        {
            context.BreakGlass = context.Settings!.OpenBreakGlass(context.Declaration?.Service ?? "unknown", context.Time);
            context.Settings.EnsureAllowed(context.BreakGlass);
        }),
        new("plain secrets", IsDeclared, context =>
        {
            if (context.Settings!.FindPlainSecrets(context.Configuration, context.Declaration) is { } plain)
                throw plain;
        }),
        new("journal", IsDecided, context =>
            context.Journal = JournalFolder.Open(
                context.Options!.JournalDirectory ?? JournalFolder.Default(),
                mustPersist: context.Options.AuditRequired && !context.Settings!.IsLocalOrTest
            )
        ),
        new("backend", IsDeclared, context =>
            context.Backend = context.CreateBackend(context.Settings!.BackendName, ContextOf(context))
        ),
    ];

    /// <summary>Runs every check that can run, and returns the result of each.</summary>
    /// <param name="context">The inputs, which also receives the results.</param>
    public static IReadOnlyList<StartFinding> Run(StartContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var findings = new List<StartFinding>();
        foreach (var check in BeforeSecrets.Where(check => check.CanRun(context)))
        {
            try
            {
                check.Run(context);
                findings.Add(new StartFinding(check.Name, [], null));
            }
            catch (SecretException e)
            {
                findings.Add(new StartFinding(check.Name, [], e));
            }
        }
        return findings;
    }

    /// <summary>Runs every check, and throws if any failed.</summary>
    /// <exception cref="SecretException">A check failed; all faults are listed.</exception>
    internal static void Require(StartContext context)
    {
        if (StartErrors.Combine([.. Run(context).Select(finding => finding.Error).OfType<SecretException>()]) is { } failure)
            throw failure;
    }

    /// <summary>
    /// Reads all declared secrets as a start does, with the same rules for values, and keeps none of them. Returns one finding
    /// per bundle.
    /// </summary>
    public static async Task<IReadOnlyList<StartFinding>> CheckSecretsAsync(
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

    private static bool IsDecided(StartContext context) => context.Settings is not null;

    private static bool IsDeclared(StartContext context) => context is { Settings: not null, Declaration: not null };

    /// <summary>
    /// Makes the options available as soon as they are read, so that the declaration is checked even if an option is invalid.
    /// </summary>
    private static Action<StrongroomOptions> WithOptions(StartContext context) =>
        options =>
        {
            context.Configure?.Invoke(options);
            context.Options = options;
        };

    private static IReadOnlyList<SecretName> NamesOf(SecretBundle bundle) => [.. bundle.Secrets.Select(secret => secret.Name)];

    private static BackendContext ContextOf(StartContext context) =>
        new()
        {
            Options = context.Options!,
            Configuration = context.Configuration,
            Environment = context.Settings!.Environment,
            Declaration = context.Declaration,
            Time = context.Time,
            Loggers = context.Loggers,
        };
}
