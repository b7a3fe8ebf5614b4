using Strongroom.Cli.Input;
using Strongroom.Cli.Output;
using Strongroom.Cli.Session;
using Strongroom.Deployment;
using Strongroom.Hosting;
using Strongroom.Operations;

namespace Strongroom.Cli.Doctor;

/// <summary>
/// Runs the checks in order, from settings to secrets. A check whose precondition failed is left out.
/// </summary>
internal sealed class DoctorRun(
    CommandContext context,
    string? declarationPath,
    string? service,
    IReadOnlyList<string> migrations
)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Tokens and certificates expire by the backend's clock.</summary>
    private static readonly TimeSpan s_largestSkew = TimeSpan.FromSeconds(30);

    private readonly List<Finding> _findings = [];
    private bool _isPlain;
    private BreakGlass? _breakGlass;

    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Whether the service would come up if it were started now.</summary>
    internal bool RestartWouldSucceed { get; private set; }

    internal SecretDeclaration? Declaration { get; private set; }

    internal async Task RunAsync(CancellationToken ct)
    {
        var isDeclared = FindDeclaration();
        if (!FindSettings())
            return;
        var isOpen = await CheckBackendAsync(ct);
        _findings.AddRange(
            PlainTextChecks.Find(
                context,
                Declaration,
                declarationPath is null ? null : Path.GetDirectoryName(context.CommandEnvironment.FullPath(declarationPath))
            )
        );
        // Age, clock, pairs and plain-text files do not stop a start; a secret in plain configuration outside local does.
        RestartWouldSucceed = isDeclared && isOpen && !_isPlain;
        if (Declaration is not null)
            _findings.Add(
                ServiceChecks.Name(Declaration, Path.GetDirectoryName(DeclarationOption.PathOf(context, declarationPath))!)
            );
        _findings.Add(
            RestartWouldSucceed
                ? Finding.Passed(
                    "restart",
                    Declaration is null
                        ? "a start would reach its backend"
                        : $"a restart of {Declaration.Service} would succeed now"
                )
                : Finding.Failed(
                    "restart",
                    "a restart would fail now; running services continue from memory for up to an hour",
                    "Fix the faults above before you restart anything."
                )
        );
    }

    private bool FindDeclaration()
    {
        var isNamed =
            declarationPath is not null
            || service is not null
            || context.CommandEnvironment.Variable("SECRET_DECLARATION") is not null;
        if (!isNamed && !File.Exists(context.CommandEnvironment.FullPath("secrets.json")))
        {
            _findings.Add(
                Finding.Undetermined("declaration", "none given, so no secrets are checked; give one with --declaration")
            );
            return true;
        }
        return Try("declaration", () =>
        {
            Declaration = DeclarationOption.Load(context, declarationPath, service);
            _findings.Add(
                Finding.Passed("declaration", $"{Declaration.Service}, {Quantity.Format(Declaration.Secrets.Count, "secret")}")
            );
            _findings.AddRange(DeclaredPairs.Find(Declaration));
        });
    }

    private bool FindSettings() => Try("settings", () =>
        {
            var settings = context.Settings;
            settings.ReadDatabaseOptions();
            _findings.Add(
                Finding.Passed(
                    "settings",
                    $"{settings.BackendName} in {settings.EnvironmentName}, decided by {settings.DecidedBy}"
                )
            );
        });

    private async Task<bool> CheckBackendAsync(CancellationToken ct)
    {
        if (!await LookAsAStartAsync())
            return false;
        OperatorSession session;
        try
        {
            session = await context.OpenForChecksAsync(Declaration, _breakGlass, ct);
        }
        catch (SecretException e)
        {
            Add("backend", e);
            return false;
        }
        await using (session)
        {
            var isReached = await context.Terminal.WaitAsync($"waiting for {session.Backend.Name}", context.Time, () =>
                LogInAsync(session, ct)
            );
            var mayStart =
                isReached && await context.Terminal.WaitAsync("reading secrets", context.Time, () => ReadAsync(session, ct));
            var isStored = await context.Terminal.WaitAsync($"asking {session.Database.Location}", context.Time, () =>
                CheckDatabaseAsync(session, ct)
            );
            return mayStart && isStored;
        }
    }

    /// <summary>
    /// The library's own list of a start's checks before its first request to the backend. True if the backend can be used.
    /// </summary>
    private async Task<bool> LookAsAStartAsync()
    {
        var settings = context.Settings;
        await using var facts = settings.CreateStartContext(Declaration);
        var canAsk = true;
        foreach (var found in StartChecks.Run(facts))
        {
            switch (found.Check, found.Error)
            {
                // Reported by other checks.
                case ("settings" or "declaration", _):
                    break;
                case ("plain secrets", var error):
                    _isPlain |= error is not null;
                    break;
                case ("guardrail", null):
                    _findings.Add(
                        Finding.Passed(found.Check, $"{settings.BackendName} is allowed in {settings.EnvironmentName}")
                    );
                    break;
                case ("journal", null):
                    _findings.Add(Finding.Passed(found.Check, $"{facts.JournalFolder} accepts records"));
                    break;
                case (_, { } error):
                    Add(found.Check, error);
                    canAsk = false;
                    break;
            }
        }
        _breakGlass = facts.BreakGlass;
        if (Declaration is null)
            _isPlain = settings.FindPlainSecrets(declaration: null) is not null;
        return canAsk;
    }

    private async Task<bool> LogInAsync(OperatorSession session, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(s_patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        if (!session.Backend.AuthenticatesCallers)
        {
            _findings.Add(Finding.Passed("backend", $"{session.Backend.Name} needs no login"));
            return true;
        }
        var answers = false;
        try
        {
            var before = context.Time.GetUtcNow();
            var clock = await session.Backend.GetTimeAsync(either.Token);
            var here = before + ((context.Time.GetUtcNow() - before) / 2);
            answers = true;
            _findings.Add(Finding.Passed("backend", $"{session.Backend.Name} answers"));
            // Before the login, which a wrong clock can break.
            _findings.Add(Compare(here, clock));
            _findings.Add(Judge(session.Backend, await session.Backend.WhoAmIAsync(either.Token)));
            return true;
        }
        catch (SecretAccessDeniedException e)
        {
            if (!answers)
                _findings.Add(Finding.Passed("backend", $"{session.Backend.Name} answers"));
            Add("login", e);
        }
        catch (SecretException e)
        {
            Add(answers ? "login" : "backend", e);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            _findings.Add(
                Finding.Failed(
                    answers ? "login" : "backend",
                    $"{session.Backend.Name} did not answer within {s_patience.TotalSeconds:0} s",
                    "Check the address, the network, and that the server is running."
                )
            );
        }
        return false;
    }

    private static Finding Judge(AuditedBackend backend, string? who) =>
        (backend, who) switch
        {
            ({ Problem: { } problem }, _) => Finding.Failed(
                "login",
                problem,
                "Provide a valid credential, then run 'strongroom doctor' again."
            ),
            // STS is another service: its silence does not tell whether Secrets Manager accepts the login.
            ({ Name: BackendNames.Aws }, null) => Finding.Undetermined(
                "login",
                "STS does not identify the caller; the checks of the secrets show whether the credentials are valid"
            ),
            (_, null) => Finding.Passed("login", "works; the backend does not identify the caller"),
            _ => Finding.Passed("login", $"works, as {who}"),
        };

    private static Finding Compare(DateTimeOffset here, DateTimeOffset? clock)
    {
        if (clock is not { } there)
            return Finding.Undetermined("clock", "the backend does not report its time");
        var skew = (there - here).Duration();
        return skew <= s_largestSkew
            ? Finding.Passed("clock", $"within {s_largestSkew.TotalSeconds:0} s of the backend's")
            : Finding.Failed(
                "clock",
                $"{skew.TotalSeconds:0} s {(there > here ? "behind" : "ahead of")} the backend's",
                "Synchronize both by NTP (timedatectl status): tokens and certificates expire by the clock."
            );
    }

    private async Task<bool> ReadAsync(OperatorSession session, CancellationToken ct)
    {
        if (Declaration is null)
            return true;
        var checks = new SecretChecks(context, session);
        _findings.AddRange(await checks.RunAsync(Declaration, ct));
        if (session.Backend.Name == BackendNames.Aws)
            _findings.AddRange(await AwsPermissions.FindAsync(session.Backend, Declaration, ct));
        return checks.MayStart;
    }

    private async Task<bool> CheckDatabaseAsync(OperatorSession session, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(s_patience, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var checks = new DatabaseChecks(
            context,
            session,
            migrations,
            Declaration,
            DeclarationOption.PathOf(context, declarationPath)
        );
        try
        {
            _findings.AddRange(await checks.RunAsync(either.Token));
            return checks.MayStart;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            _findings.Add(
                Finding.Failed(
                    "database",
                    $"{session.Database.Location} did not answer within {s_patience.TotalSeconds:0} s",
                    "Check DATABASE_HOST, the network, and that the server is running."
                )
            );
            return false;
        }
    }

    private bool Try(string check, Action look)
    {
        try
        {
            look();
            return true;
        }
        catch (SecretException e)
        {
            Add(check, e);
        }
        catch (CommandException e)
        {
            _findings.Add(Finding.Failed(check, e.Message, e.Hint));
        }
        return false;
    }

    /// <summary>Of a list of faults each is a finding of its own.</summary>
    private void Add(string check, SecretException error)
    {
        if (error is SecretConfigurationException { Faults.Count: > 1 } many)
            _findings.AddRange(many.Faults.Select(fault => Finding.Failed(check, fault, ErrorHints.Of(error))));
        else
            _findings.Add(Finding.Failed(check, error));
    }
}
