namespace PaperRun.Secrets;

/// <summary>Makes the home of the secrets that the run was asked for.</summary>
internal static class SecretsHome
{
    internal static async Task<ISecretsHome> PrepareAsync(PaperRunOptions options, Action<string> say, CancellationToken ct)
    {
        if (DevelopmentSecrets.EnsureExists(options.DotenvFile))
            say($"Made {options.DotenvFile.FullName} with fresh development credentials.");
        return options.Backend switch
        {
            "vault" => await VaultHome.StartAsync(options.DotenvFile, ct),
            "aws" => await AwsHome.StartAsync(options.DotenvFile, ct),
            _ => new DotenvHome(options.DotenvFile),
        };
    }
}
