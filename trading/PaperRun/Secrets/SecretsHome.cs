namespace PaperRun.Secrets;

/// <summary>Makes the home of the secrets that the run was asked for.</summary>
internal static class SecretsHome
{
    internal static Task<ISecretsHome> PrepareAsync(PaperRunOptions options, Action<string> say, CancellationToken ct)
    {
        if (DevelopmentSecrets.EnsureExists(options.DotenvFile))
            say($"Made {options.DotenvFile.FullName} with fresh development credentials.");
        return Task.FromResult<ISecretsHome>(new DotenvHome(options.DotenvFile));
    }
}
