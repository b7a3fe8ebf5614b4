using Strongroom.AspNetCore;
using Strongroom.Cli.Session;
using Strongroom.Hosting;
using Strongroom.Operations;

namespace Strongroom.Cli.Doctor;

/// <summary>Whether a start would accept each declared secret, and how old it is. Names and ages, never a value.</summary>
internal sealed class SecretChecks(CommandContext context, OperatorSession session)
{
    /// <summary>A secret that is older should be rotated.</summary>
    private static readonly TimeSpan s_oldest = TimeSpan.FromDays(90);

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
                        ? Finding.Undetermined(check, "missing, but optional: the service starts without it")
                    : IsAboutAnother(declared, found)
                        ? Finding.Undetermined(
                            check,
                            $"not checked: bundle '{declared.Bundle}' is read as one, and another of its secrets has a fault"
                        )
                    : Finding.Failed(check, found.Error!)
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
                    Finding.Failed(
                        "age",
                        $"'{declared.Name}' is {(int)age.TotalDays} days old; the limit is {s_oldest.TotalDays:0}",
                        $"Issue a new one at its provider, then: strongroom set {session.Settings.NameOf(declared)}"
                    )
                );
            }
        }
        if (undated)
            findings.Add(
                Finding.Undetermined("age", $"the {session.Backend.Name} backend does not report when a value was created")
            );
        else if (!findings.Exists(finding => finding.Check == "age"))
            findings.Add(Finding.Passed("age", $"no secret is older than {s_oldest.TotalDays:0} days"));
        return findings;
    }

    /// <summary>
    /// What the library's own start finds, by name; it reads bundles and applies the rules for values. Audited like every
    /// exchange.
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

    /// <summary>The fault of one secret fails the whole bundle, and is reported where it is.</summary>
    private static bool IsAboutAnother(DeclaredSecret declared, StartFinding found) =>
        found.Error!.Name is { } name && name != declared.Name && found.Names.Contains(name);

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
            if (CallKeyRule.IsKey(declared.Name) && CallKeyRule.IsShort(secret.Value))
            {
                MayStart = false;
                var hint = $"Store a random one for both services: openssl rand -base64 32 | strongroom set {name}";
                return (Finding.Failed(check, $"the call key is shorter than {CallKeyRule.MinBytes} bytes", hint), null);
            }
            return (Finding.Passed(check, $"readable, version {secret.Version}"), secret.CreatedAt);
        }
        catch (SecretException e)
        {
            MayStart &= !declared.Required;
            return (Finding.Failed(check, e), null);
        }
    }
}
