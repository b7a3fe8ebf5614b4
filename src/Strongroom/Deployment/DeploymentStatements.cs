using Microsoft.Extensions.Configuration;

namespace Strongroom.Deployment;

/// <summary>What one source says about where a process runs.</summary>
/// <param name="Source">The source, as an operator would look for it.</param>
/// <param name="Text">What stands there.</param>
/// <param name="IsHostName">Whether it is a host's environment name, such as <c>Development</c>, and not one of ours.</param>
internal sealed record DeploymentStatement(string Source, string Text, bool IsHostName);

/// <summary>
/// Finds every source that says where a process runs. Configuration shows the last one only, so a variable would hide what appsettings
/// say, and <c>ASPNETCORE_ENVIRONMENT</c> what <c>DOTNET_ENVIRONMENT</c> says.
/// </summary>
internal static class DeploymentStatements
{
    internal static IReadOnlyList<DeploymentStatement> Of(IConfiguration configuration) =>
    [
        .. Of(configuration, "DEPLOYMENT_ENV", isHostName: false),
        .. Of(configuration, "ASPNETCORE_ENVIRONMENT", isHostName: true),
        .. Of(configuration, "DOTNET_ENVIRONMENT", isHostName: true),
    ];

    private static IReadOnlyList<DeploymentStatement> Of(IConfiguration configuration, string key, bool isHostName)
    {
        // What is empty last counts as unset, whatever stands below it.
        if (configuration[key]?.Trim() is not { Length: > 0 } text)
            return [];
        var stated = configuration is IConfigurationRoot root
            ? root.Providers.Reverse()
                .Select(provider => (Provider: provider, Text: provider.TryGet(key, out var value) ? value?.Trim() ?? "" : ""))
                .Where(found => found.Text.Length > 0)
                .DistinctBy(found => found.Text, StringComparer.OrdinalIgnoreCase)
                .ToList()
            : [];
        return stated.Count < 2
            ? [new DeploymentStatement(key, text, isHostName)]
            : [.. stated.Select(found => new DeploymentStatement($"{key} ({Describe(found.Provider)})", found.Text, isHostName))];
    }

    /// <summary>The framework's own providers name a file at most; what another one would say of itself may be anything.</summary>
    private static string Describe(IConfigurationProvider provider)
    {
        var type = provider.GetType();
        if (type.Namespace?.StartsWith("Microsoft.Extensions.Configuration", StringComparison.Ordinal) != true)
            return type.Name;
        return type.Name switch
        {
            "EnvironmentVariablesConfigurationProvider" => "environment variable",
            "CommandLineConfigurationProvider" => "command line",
            _ => provider.ToString()?.Split('\'') is [_, var file, _] ? file : type.Name,
        };
    }
}
