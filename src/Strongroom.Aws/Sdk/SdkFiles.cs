using Strongroom.Unix;

namespace Strongroom.Aws.Sdk;

/// <summary>
/// The files that the SDK opens by itself. It waits for a pipe's writer for ever, and reads a device to its end.
/// </summary>
internal static class SdkFiles
{
    /// <summary>What keeps the SDK from looking elsewhere.</summary>
    private const string Nothing = "/dev/null";

    /// <summary>
    /// Adds a fault for each that is there and is no regular file; what the SDK makes of one that is, it says itself.
    /// </summary>
    internal static void Check(ICollection<string> faults)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
            ".aws"
        );
        Check("AWS_CONFIG_FILE", Path.Combine(folder, "config"), faults);
        Check("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(folder, "credentials"), faults);
        Check("AWS_WEB_IDENTITY_TOKEN_FILE", null, faults);
    }

    private static void Check(string setting, string? standard, ICollection<string> faults)
    {
        if (
            (Environment.GetEnvironmentVariable(setting) is { Length: > 0 } named ? named : standard) is not { } path
            || path == Nothing
            || Directory.Exists(path)
        )
            return;
        try
        {
            UnixFile.OpenRegular(path, FileTrust.Content)?.Dispose();
        }
        catch (IOException e)
        {
            faults.Add($"{setting}: {path} is not used: {e.Message}. Create the file, or name another one.");
        }
        catch (UnauthorizedAccessException)
        {
            // The SDK passes over what it may not read.
        }
    }
}
