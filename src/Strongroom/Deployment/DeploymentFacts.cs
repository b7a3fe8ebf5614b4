using Microsoft.Extensions.Configuration;
using Strongroom.Unix;

namespace Strongroom.Deployment;

/// <summary>Everything that says, or hints at, where a process runs. <see cref="DeploymentDecision"/> weighs it.</summary>
internal sealed record DeploymentFacts
{
    internal const string HostFilePath = "/etc/strongroom/environment";

    private const uint Root = 0;
    private const int LongestHostFile = 4096;

    /// <summary>[DEPLOYMENT_ENV] What the settings say; null where unset.</summary>
    public string? Setting { get; init; }

    /// <summary>The host's environment name, such as <c>Development</c>; null if it was not set, since the host's own default
    /// <c>Production</c> is no statement.</summary>
    public string? HostEnvironment { get; init; }

    /// <summary>[SECRET_NAMESPACE] The prefix before every name.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>[ALPACA_BASE_URL] The broker.</summary>
    public string? BrokerUrl { get; init; }

    /// <summary>[TRADING_MODE] <c>paper</c> or <c>live</c>.</summary>
    public string? TradingMode { get; init; }

    /// <summary>Every source among the settings that says where this is.</summary>
    internal IReadOnlyList<DeploymentStatement> Statements { get; init; } = [];

    /// <summary>What <c>/etc/strongroom/environment</c> says; null where there is no such file.</summary>
    internal string? HostFile { get; init; }

    /// <summary>Why that file is not trusted.</summary>
    internal string? HostFileProblem { get; init; }

    /// <summary>Collects the facts.</summary>
    /// <param name="configuration">The host's configuration, process variables included.</param>
    /// <param name="hostEnvironmentName">The host's environment name (<c>IHostEnvironment.EnvironmentName</c>); null where there
    /// is no host.</param>
    public static DeploymentFacts Collect(IConfiguration configuration, string? hostEnvironmentName) =>
        Collect(configuration, hostEnvironmentName, HostFilePath, Root);

    internal static DeploymentFacts Collect(
        IConfiguration configuration,
        string? hostEnvironmentName,
        string hostFilePath,
        uint trustedOwner
    )
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (hostFile, problem) = ReadHostFile(hostFilePath, trustedOwner);
        return new DeploymentFacts
        {
            Setting = Value(configuration, "DEPLOYMENT_ENV"),
            HostEnvironment = StatedName(configuration, hostEnvironmentName),
            Statements = DeploymentStatements.Of(configuration),
            Namespace = Value(configuration, "SECRET_NAMESPACE") ?? "",
            BrokerUrl = Value(configuration, "ALPACA_BASE_URL"),
            TradingMode = Value(configuration, "TRADING_MODE"),
            HostFile = hostFile,
            HostFileProblem = problem,
        };
    }

    private static string? StatedName(IConfiguration configuration, string? hostEnvironmentName)
    {
        var stated = Value(configuration, "ASPNETCORE_ENVIRONMENT") ?? Value(configuration, "DOTNET_ENVIRONMENT");
        if (hostEnvironmentName is null)
            return stated;
        // A host that was told nothing says Production, which is not to contradict DEPLOYMENT_ENV=local.
        var isDefault =
            hostEnvironmentName.Equals("Production", StringComparison.OrdinalIgnoreCase)
            && stated is null
            && !hostEnvironmentName.Equals(Value(configuration, "environment"), StringComparison.OrdinalIgnoreCase);
        return isDefault ? null : hostEnvironmentName;
    }

    private static string? Value(IConfiguration configuration, string key) =>
        configuration[key]?.Trim() is { Length: > 0 } text ? text : null;

    private static (string? Text, string? Problem) ReadHostFile(string path, uint trustedOwner)
    {
        string? problem = null;
        try
        {
            if (!OperatingSystem.IsLinux())
                return (null, null);
            using var handle = UnixFile.OpenChecked(path, Check);
            if (handle is null || problem is not null)
                return (null, problem);
            using var reader = new StreamReader(new FileStream(handle, FileAccess.Read, bufferSize: 0));
            return (reader.ReadToEnd().Trim(), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, problem ?? $"it is there and cannot be read. Run: chmod 644 {path}");
        }

        void Check(UnixFileStatus file) =>
            problem =
                !file.IsRegular ? "it is not a regular file. Replace it by one"
                : file.User != trustedOwner ? $"it does not belong to root. Run: chown root {path}"
                : (file.Mode & UnixFile.OthersWrite) != 0 ? $"others may write to it. Run: chmod 644 {path}"
                : file.Size > LongestHostFile ? "it is too long to hold one word. Write the environment's name into it"
                : null;
    }
}
