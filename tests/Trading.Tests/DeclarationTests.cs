using Strongroom;

namespace Trading.Tests;

public class DeclarationTests
{
    private static readonly Dictionary<string, SecretDeclaration> s_services = Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Declarations"), "secrets.json", SearchOption.AllDirectories)
        .Select(SecretDeclaration.Load)
        .ToDictionary(declaration => declaration.Service);

    private static readonly string[] s_brokerHosts = ["paper-api.alpaca.markets", "data.alpaca.markets"];

    [Fact]
    public void Every_service_and_the_paper_run_has_one() =>
        Assert.Equal(
            ["execution_gateway", "market_data", "orchestrator", "paper_run", "risk_manager", "signal_service"],
            s_services.Keys.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void The_broker_credential_is_declared_by_two_services_as_one_bundle_for_the_paper_hosts()
    {
        // The paper run's driver makes the broker's accounts and so knows their keys; it is no service.
        var declared = s_services
            .Values.Where(service => service.Service != "paper_run")
            .SelectMany(
                service => service.Secrets.Where(secret => secret.Bundle == "alpaca"),
                (service, secret) => (service.Service, secret)
            )
            .ToList();
        Assert.Equal(
            ["execution_gateway", "market_data"],
            declared.Select(pair => pair.Service).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.All(declared, pair => Assert.All(pair.secret.SendTo, origin => Assert.Contains(origin.Host, s_brokerHosts)));
        Assert.All(declared, pair =>
            Assert.Equal(pair.Service == "execution_gateway" ? LossEffect.Halt : LossEffect.Degrade, pair.secret.OnLoss)
        );
    }

    [Fact]
    public void Each_call_key_is_declared_by_its_caller_and_its_callee_and_by_no_other_service()
    {
        var keys = s_services
            .Values.SelectMany(service => service.Secrets.Where(IsCallKey), (service, secret) => (service.Service, secret.Name))
            .ToLookup(pair => pair.Name, pair => pair.Service);
        Assert.Equal(8, keys.Count);
        Assert.All(keys, key =>
        {
            var ends = key.Key.ToString().Split('/')[1..];
            Assert.Equal(ends.Order(StringComparer.Ordinal), key.Order(StringComparer.Ordinal));
        });
    }

    [Fact]
    public void Nobody_may_write() =>
        Assert.All(s_services.Values.SelectMany(service => service.Secrets), secret =>
            Assert.Equal(SecretAccess.Read, secret.Access)
        );

    private static bool IsCallKey(DeclaredSecret secret) => secret.Name.ToString().StartsWith("calls/", StringComparison.Ordinal);
}
