using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace Strongroom.Deployment;

/// <summary>What one source says about where a process runs.</summary>
/// <param name="Source">The source, as an operator would look for it.</param>
/// <param name="Text">The text that was found.</param>
/// <param name="IsHostName">Whether it is a host's environment name, such as <c>Development</c>, and not one of ours.</param>
internal sealed record DeploymentStatement(string Source, string Text, bool IsHostName);

/// <summary>
/// Finds every source that says where a process runs. Configuration shows the last one only, so a variable would hide what
/// appsettings say, and <c>ASPNETCORE_ENVIRONMENT</c> what <c>DOTNET_ENVIRONMENT</c> says.
/// </summary>
internal static class DeploymentStatements
{
    private const string ChainedProvider =
        "Microsoft.Extensions.Configuration.ChainedConfigurationProvider, Microsoft.Extensions.Configuration";

    internal static IReadOnlyList<DeploymentStatement> Of(IConfiguration configuration)
    {
        var providers = new List<IConfigurationProvider>();
        AddProviders(configuration, providers);
        var statements = new List<DeploymentStatement>();
        Add(statements, configuration, providers, "DEPLOYMENT_ENV", isHostName: false);
        Add(statements, configuration, providers, "ASPNETCORE_ENVIRONMENT", isHostName: true);
        Add(statements, configuration, providers, "DOTNET_ENVIRONMENT", isHostName: true);
        return statements;
    }

    private static void Add(
        List<DeploymentStatement> statements,
        IConfiguration configuration,
        List<IConfigurationProvider> providers,
        string key,
        bool isHostName
    )
    {
        var stated = new List<DeploymentStatement>();
        foreach (var provider in providers)
        {
            if (provider.TryGet(key, out var value))
                stated.Add(new DeploymentStatement($"{key} ({Describe(provider)})", value?.Trim() ?? "", isHostName));
        }
        var telling = stated
            .Where(found => found.Text.Length > 0)
            .DistinctBy(found => found.Text, StringComparer.OrdinalIgnoreCase)
            .ToList();
        // What is empty says nothing, unless it hides what another source says.
        if (stated.Count > 0 && stated[0].Text.Length == 0 && telling.Count > 0)
            telling.Insert(0, stated[0]);
        if (telling.Count > 1)
            statements.AddRange(telling);
        else if (configuration[key]?.Trim() is { Length: > 0 } text)
            statements.Add(new DeploymentStatement(key, text, isHostName));
    }

    /// <summary>
    /// The last that was added first, since it decides; those of a configuration within another one stand in its place.
    /// </summary>
    private static void AddProviders(IConfiguration configuration, List<IConfigurationProvider> to)
    {
        if (configuration is not IConfigurationRoot root)
            return;
        foreach (var provider in root.Providers.Reverse())
        {
            if (IsChained(provider) && Inner(provider) is IConfigurationRoot inner)
                AddProviders(inner, to);
            else
                to.Add(provider);
        }
    }

    private static bool IsChained(IConfigurationProvider provider) =>
        ChainedProvider.StartsWith(provider.GetType().FullName + ",", StringComparison.Ordinal);

    /// <summary>Its public property, without a reference to more than the abstractions.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Configuration")]
    private static extern IConfiguration Inner([UnsafeAccessorType(ChainedProvider)] object chained);

    /// <summary>
    /// The framework's own providers name a file at most; what another one would say of itself may be anything.
    /// </summary>
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
