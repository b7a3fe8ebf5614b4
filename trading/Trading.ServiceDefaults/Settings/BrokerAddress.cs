using Microsoft.Extensions.Configuration;
using Strongroom;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

/// <summary>
/// The rules for a broker's address that need no declaration; the binding decides whether it may be sent the credential.
/// </summary>
internal static class BrokerAddress
{
    internal static Uri? Read(
        IConfiguration configuration,
        string setting,
        TradingMode? mode,
        DeploymentEnvironment environment,
        List<string> faults
    )
    {
        if (configuration[setting] is not { Length: > 0 } text)
            return null;
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
            || uri.AbsolutePath is not "/"
            || uri.Query.Length > 0
            || uri.Fragment.Length > 0
        )
        {
            faults.Add($"{setting} is not an origin such as https://paper-api.alpaca.markets, without path and query.");
            return null;
        }
        if (IsLive(uri) && environment is DeploymentEnvironment.Local or DeploymentEnvironment.Test)
            faults.Add($"{setting} names the live broker and the environment is local or test, which never trade real money.");
        else if (IsLive(uri) && mode == TradingMode.Paper)
            faults.Add(
                $"{setting} names the live broker and TRADING_MODE is not 'live'. Use https://paper-api.alpaca.markets, or "
                    + "set TRADING_MODE=live on purpose."
            );
        return uri;
    }

    /// <summary>Any host of the broker that is not known to be for paper or data counts as live.</summary>
    internal static bool IsLive(Uri uri)
    {
        var host = uri.IdnHost.TrimEnd('.').ToLowerInvariant();
        return (host == "alpaca.markets" || host.EndsWith(".alpaca.markets", StringComparison.Ordinal))
            && host is not ("paper-api.alpaca.markets" or "data.alpaca.markets" or "data.sandbox.alpaca.markets");
    }

    internal static IEnumerable<string> FindFaults(
        string setting,
        Uri? address,
        SecretDeclaration declaration,
        IReadOnlyList<SecretName> secrets,
        DeploymentEnvironment environment
    )
    {
        if (address is null)
            return [$"{setting} is not set; give the broker's address, such as https://paper-api.alpaca.markets."];
        if (secrets.FirstOrDefault(name => declaration.Find(name) is null) is { IsEmpty: false } missing)
            return [$"The broker's credential '{missing}' is not declared in secrets.json."];
        return new CredentialBinding(declaration, secrets, environment).FindProblem(address) is { } problem
            ? [$"{setting}: {problem}"]
            : [];
    }
}
