using Strongroom;

namespace PaperRun.Secrets;

/// <summary>The <c>env</c> backend: each process has a file with what it declares.</summary>
internal sealed class DotenvSecretSource(FileInfo dotenv) : ISecretSource
{
    public string Description => $"{dotenv.FullName}, cut to a file for each service";

    public async Task<IReadOnlyDictionary<string, string?>> OpenForAsync(
        SecretDeclaration declaration,
        string folder,
        CancellationToken ct
    )
    {
        var own = dotenv.FullName;
        // The run's own process cuts the others' files from it anyway: a copy more would gain nothing.
        if (declaration.Service == CallerSettings.Service)
            (await DevelopmentSecrets.LoadAsync(dotenv, ct)).Dispose();
        else
            await DevelopmentSecrets.WriteForAsync(declaration, dotenv, own = Path.Combine(folder, ".env"), ct);
        return new Dictionary<string, string?> { ["SECRET_BACKEND"] = "env", ["SECRET_DOTENV_PATH"] = own };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
