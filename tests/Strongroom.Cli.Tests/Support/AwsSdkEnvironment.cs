using System.Runtime.CompilerServices;

namespace Strongroom.Cli.Tests.Support;

/// <summary>
/// In this process the AWS SDK looks at the process's own variables, whatever a script's fixture says: nothing of the machine's
/// may be found.
/// </summary>
internal static class AwsSdkEnvironment
{
    [ModuleInitializer]
    internal static void Empty()
    {
        foreach (
            var variable in Environment
                .GetEnvironmentVariables()
                .Keys.Cast<string>()
                .Where(name => name.StartsWith("AWS_", StringComparison.Ordinal))
                .ToList()
        )
            Environment.SetEnvironmentVariable(variable, null);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", "/dev/null");
    }
}
