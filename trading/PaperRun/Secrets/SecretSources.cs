namespace PaperRun.Secrets;

/// <summary>Creates the secret source that the command line names.</summary>
internal static class SecretSources
{
    internal static async Task<ISecretSource> PrepareAsync(PaperRunOptions options, Action<string> say, CancellationToken ct)
    {
        if (DevelopmentSecrets.EnsureExists(options.DotenvFile))
            say($"Made {options.DotenvFile.FullName} with fresh development credentials.");
        return options.Backend switch
        {
            "vault" => await VaultSecretSource.StartAsync(options.DotenvFile, ct),
            "aws" => await AwsSecretSource.StartAsync(options.DotenvFile, ct),
            _ => new DotenvSecretSource(options.DotenvFile),
        };
    }
}
