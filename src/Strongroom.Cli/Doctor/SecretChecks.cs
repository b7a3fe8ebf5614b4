using Strongroom.Cli.Session;
using Strongroom.Hosting;
using Strongroom.Operations;

namespace Strongroom.Cli.Doctor;

/// <summary>Whether a start would take each declared secret, and how old it is. Names and ages, never a value.</summary>
internal sealed class SecretChecks(CommandContext context, OperatorSession session)
{
    /// <summary>A secret that is older is to be rotated.</summary>
    private static readonly TimeSpan s_oldest = TimeSpan.FromDays(90);

    private const int CallKeyBytes = 32;

    /// <summary>True until a required secret cannot be read.</summary>
    internal bool MayStart { get; private set; } = true;

    internal async Task<List<Finding>> RunAsync(SecretDeclaration declaration, CancellationToken ct)
    {
        var findings = new List<Finding>();
        var undated = false;
        var refused = await StartAsync(declaration, ct);
        foreach (var declared in declaration.Secrets)
        {
            var check = $"secret {declared.Name}";
            if (refused.TryGetValue(declared.Name, out var found))
            {
                MayStart &= !found.StopsStart;
                // Outside of what stops a start only an optional secret that was never there is in order.
                findings.Add(
                    found is { StopsStart: false, Error.Code: SecretErrorCode.Missing }
                        ? Finding.Open(check, "not there; the service starts without it")
                        : Finding.Bad(check, found.Error!)
                );
                continue;
            }
            if (!declared.Access.HasFlag(SecretAccess.Read))
                continue;
            var (finding, created) = await ReadAsync(check, declared, ct);
            findings.Add(finding);
            if (finding.IsFault)
                continue;
            undated |= created is null && finding.State == Finding.Ok;
            if (created is { } at && context.Time.GetUtcNow() - at is var age && age > s_oldest)
            {
                findings.Add(
                    Finding.Bad(
                        "age",
                        $"'{declared.Name}' is {(int)age.TotalDays} days old; the rule is {s_oldest.TotalDays:0}",
                        $"Make a new one at its counterparty, then: strongroom set {session.Settings.NameOf(declared)}"
                    )
                );
            }
        }
        if (undated)
            findings.Add(Finding.Open("age", $"the {session.Backend.Name} backend does not say when a value was made"));
        else if (!findings.Exists(finding => finding.Check == "age"))
            findings.Add(Finding.Good("age", $"nothing is older than {s_oldest.TotalDays:0} days"));
        return findings;
    }

    /// <summary>
    /// What the library's own start finds, by name; it reads bundles and applies the rules for values. Audited as every exchange
    /// is.
    /// </summary>
    private async Task<Dictionary<SecretName, StartFinding>> StartAsync(SecretDeclaration declaration, CancellationToken ct)
    {
        var findings = await StartChecks.CheckSecretsAsync(
            declaration,
            session.Backend,
            session.Settings.Options,
            session.Settings.Environment,
            context.Time,
            ct
        );
        return findings
            .Where(finding => finding.Error is not null)
            .SelectMany(finding => finding.Names.Select(name => (name, finding)))
            .ToDictionary(pair => pair.name, pair => pair.finding);
    }

    private async Task<(Finding Finding, DateTimeOffset? CreatedAt)> ReadAsync(
        string check,
        DeclaredSecret declared,
        CancellationToken ct
    )
    {
        try
        {
            var name = session.Settings.NameOf(declared);
            var secret = await session.Manager.GetAsync(name, ct);
            if (IsShortCallKey(declared.Name, secret.Value))
            {
                MayStart = false;
                var hint = $"Store a random one for both services: openssl rand -base64 32 | strongroom set {name}";
                return (Finding.Bad(check, $"a call key of fewer than {CallKeyBytes} bytes", hint), null);
            }
            return (Finding.Good(check, $"readable, version {secret.Version}"), secret.CreatedAt);
        }
        catch (SecretException e)
        {
            MayStart &= !declared.Required;
            return (Finding.Bad(check, e), null);
        }
    }

    /// <summary>The rule of Strongroom.AspNetCore's <c>CallKeys</c>, which the command does not reference.</summary>
    private static bool IsShortCallKey(SecretName name, SecretValue value) =>
        name.Path.Split('/') is ["calls", _, _] && value.ByteCount < CallKeyBytes;
}
