using System.Text.Json;

namespace Repository.Tests.Dependencies;

/// <summary>What a service is published with is what its output names: no server that pretends, and no tool.</summary>
public class ServiceOutputTests
{
    [Theory]
    [InlineData("ExecutionGateway")]
    [InlineData("MarketDataService")]
    [InlineData("Orchestrator")]
    [InlineData("RiskManager")]
    [InlineData("SignalService")]
    public void Output_of_service_holds_only_what_its_lock_file_names(string service)
    {
        var folder = $"artifacts/bin/{service}/{RepositoryFiles.Configuration}";
        using var dependencies = JsonDocument.Parse(RepositoryFiles.Read($"{folder}/{service}.deps.json"));
        var libraries = dependencies
            .RootElement.GetProperty("libraries")
            .EnumerateObject()
            .Select(library => library.Name[..library.Name.IndexOf('/', StringComparison.Ordinal)])
            .ToList();
        var known = ProjectFile.Named(service).Resolved().Keys.Append(service).ToHashSet(StringComparer.OrdinalIgnoreCase);

        Assert.Contains("Trading.ServiceDefaults", libraries);
        Assert.DoesNotContain("Strongroom.Testing", libraries);
        Violations.AssertNone(
            libraries.Where(library => !known.Contains(library)),
            $"{service} is published with these, and its lock file does not name them."
        );
        Assert.False(
            File.Exists(RepositoryFiles.PathTo($"{folder}/Strongroom.Testing.dll")),
            $"{folder} holds Strongroom.Testing.dll."
        );
    }
}
