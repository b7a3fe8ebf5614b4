using Strongroom.Cli.Session;

namespace Strongroom.Cli.Doctor;

/// <summary>Whether each declared secret can be read, and how old it is. Names and ages, never a value.</summary>
internal sealed class SecretChecks(CommandContext context, OperatorSession session)
{
    /// <summary>A secret that is older is to be rotated.</summary>
    private static readonly TimeSpan s_oldest = TimeSpan.FromDays(90);

    /// <summary>True until a required secret cannot be read.</summary>
    internal bool MayStart { get; private set; } = true;

    internal async Task<List<Finding>> RunAsync(SecretDeclaration declaration, CancellationToken ct)
    {
        var findings = new List<Finding>();
        var undated = false;
        foreach (var declared in declaration.Secrets.Where(secret => secret.Access.HasFlag(SecretAccess.Read)))
        {
            var (finding, created) = await ReadAsync(declared, ct);
            findings.Add(finding);
            if (finding.IsFault)
                continue;
            undated |= created is null && finding.State == Finding.Ok;
            if (created is { } at && context.Time.GetUtcNow() - at is var age && age > s_oldest)
            {
                findings.Add(Finding.Bad(
                    "age", $"'{declared.Name}' is {(int)age.TotalDays} days old; the rule is {s_oldest.TotalDays:0}",
                    $"Make a new one at its counterparty, then: strongroom set {DeclaredPlace.Of(declared, session.BackendName)}"));
            }
        }
        if (undated)
            findings.Add(Finding.Open("age", $"the {session.BackendName} backend does not say when a value was made"));
        else if (!findings.Exists(finding => finding.Check == "age"))
            findings.Add(Finding.Good("age", $"nothing is older than {s_oldest.TotalDays:0} days"));
        return findings;
    }

    private async Task<(Finding Finding, DateTimeOffset? CreatedAt)> ReadAsync(DeclaredSecret declared, CancellationToken ct)
    {
        var check = $"secret {declared.Name}";
        try
        {
            var secret = await session.Manager.GetAsync(DeclaredPlace.Of(declared, session.BackendName), ct);
            return (Finding.Good(check, $"readable, version {secret.Version}"), secret.CreatedAt);
        }
        catch (SecretNotFoundException e) when (!declared.Required && e.Code == SecretErrorCode.Missing)
        {
            return (Finding.Open(check, "not there; the service starts without it"), null);
        }
        catch (SecretException e)
        {
            MayStart &= !declared.Required;
            return (Finding.Bad(check, e), null);
        }
    }
}
