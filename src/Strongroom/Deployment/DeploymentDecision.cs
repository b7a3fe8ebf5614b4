namespace Strongroom.Deployment;

/// <summary>Where a process runs, and what decided it.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="DecidedBy">The setting or file that decided it, for the log and <c>doctor</c>.</param>
internal sealed record DeploymentDecision(DeploymentEnvironment Environment, string DecidedBy)
{
    /// <summary>The values of <c>DEPLOYMENT_ENV</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["local", "test", "staging", "production"];

    private const string HostNames = "Development, Test, Testing, Staging, Production";

    /// <summary>
    /// False where faults prevented a decision: what would follow from the environment is then no fault of its own.
    /// </summary>
    public bool IsDecided { get; private init; } = true;

    /// <summary>True where the env backend is allowed.</summary>
    public bool IsLocalOrTest => Environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test;

    /// <summary>The environment as <c>DEPLOYMENT_ENV</c> writes it.</summary>
    public string Name => Names[(int)Environment];

    /// <summary>Decides, or adds every fault; the decision is then the strictest, production.</summary>
    /// <remarks>
    /// <c>/etc/strongroom/environment</c> decides where it exists, then <c>DEPLOYMENT_ENV</c>, then the host's environment name;
    /// without any statement it is production. None may contradict another, nor may two sources of one setting, such as a
    /// variable and appsettings: a process with one of them wrong must not get secrets.
    /// </remarks>
    public static DeploymentDecision Decide(DeploymentFacts facts, ICollection<string> faults)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(faults);
        var before = faults.Count;
        if (facts.HostFileProblem is { } problem)
            faults.Add($"{DeploymentFacts.HostFilePath} is not trusted: {problem}.");

        var statements = new List<DeploymentDecision>();
        Add(facts.HostFile, FromName, DeploymentFacts.HostFilePath, string.Join(", ", Names));
        // A value that code sets has no source.
        if (!facts.Statements.Any(statement => statement.Text == facts.Setting))
            Add(
                facts.Setting,
                FromName,
                facts.Statements.Any(statement => !statement.IsHostName) ? "DeploymentEnv, set in code," : "DEPLOYMENT_ENV",
                string.Join(", ", Names)
            );
        foreach (var statement in facts.Statements)
            Add(
                statement.Text,
                statement.IsHostName ? FromHost : FromName,
                statement.Source,
                statement.IsHostName ? HostNames : string.Join(", ", Names)
            );
        if (!facts.Statements.Any(statement => statement.Text.Equals(facts.HostEnvironment, StringComparison.OrdinalIgnoreCase)))
            Add(facts.HostEnvironment, FromHost, "The host's environment name", HostNames);

        var decision = statements.FirstOrDefault()
            ?? new DeploymentDecision(DeploymentEnvironment.Production, "default: nothing says otherwise");
        foreach (
            var other in statements.Where(other => other.Environment != decision.Environment).DistinctBy(other => other.Name)
        )
            faults.Add($"{decision.DecidedBy} says {decision.Name} and {other.DecidedBy} says {other.Name}; make them agree.");
        if (faults.Count == before && decision.IsLocalOrTest)
            RefuseProductionInLocal(facts, decision, faults);
        return faults.Count == before
            ? decision
            : decision with
            {
                Environment = DeploymentEnvironment.Production,
                IsDecided = false,
            };

        void Add(string? text, Func<string, DeploymentEnvironment?> read, string source, string allowed)
        {
            if (text is null)
                return;
            // The text is not quoted: it may be a secret that was pasted into the wrong line.
            if (read(text) is { } environment)
                statements.Add(new DeploymentDecision(environment, source));
            else
                faults.Add($"{source} must be one of {allowed}.");
        }
    }

    private static void RefuseProductionInLocal(DeploymentFacts facts, DeploymentDecision decision, ICollection<string> faults)
    {
        if (IsLiveBroker(facts.BrokerUrl))
            faults.Add(
                $"ALPACA_BASE_URL is the live broker while the environment is {decision.Name} ({decision.DecidedBy}); use the "
                    + "paper broker."
            );
        if (string.Equals(facts.TradingMode, "live", StringComparison.OrdinalIgnoreCase))
            faults.Add($"TRADING_MODE is live while the environment is {decision.Name} ({decision.DecidedBy}); use paper.");
        if (
            facts
                .Namespace.Split('/')
                .Any(segment =>
                    segment.Equals("prod", StringComparison.OrdinalIgnoreCase)
                    || segment.Equals("production", StringComparison.OrdinalIgnoreCase)
                )
        )
        {
            faults.Add(
                $"SECRET_NAMESPACE is production's while the environment is {decision.Name} ({decision.DecidedBy}); use "
                    + "another namespace."
            );
        }
    }

    private static bool IsLiveBroker(string? url) =>
        url is not null
        && Uri.TryCreate(url.Contains("://", StringComparison.Ordinal) ? url : $"https://{url}", UriKind.Absolute, out var uri)
        && uri.IdnHost.TrimEnd('.').Equals("api.alpaca.markets", StringComparison.OrdinalIgnoreCase);

    private static DeploymentEnvironment? FromName(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
                return (DeploymentEnvironment)i;
        }
        return null;
    }

    private static DeploymentEnvironment? FromHost(string name) =>
        name.ToUpperInvariant() switch
        {
            "DEVELOPMENT" => DeploymentEnvironment.Local,
            "TEST" or "TESTING" => DeploymentEnvironment.Test,
            "STAGING" => DeploymentEnvironment.Staging,
            "PRODUCTION" => DeploymentEnvironment.Production,
            _ => null,
        };
}
