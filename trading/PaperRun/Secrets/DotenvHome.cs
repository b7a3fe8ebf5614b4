using Strongroom;

namespace PaperRun.Secrets;

/// <summary>The <c>env</c> backend: each process has a file with what it declares.</summary>
internal sealed class DotenvHome(FileInfo dotenv) : ISecretsHome
{
    public string Description => $"{dotenv.FullName}, cut to a file for each service";

    public async Task<IReadOnlyDictionary<string, string?>> OpenForAsync(SecretDeclaration declaration, string folder, CancellationToken ct)
    {
        var own = Path.Combine(folder, ".env");
        await DevelopmentSecrets.WriteForAsync(declaration, dotenv, own, ct);
        return new Dictionary<string, string?> { ["SECRET_BACKEND"] = "env", ["SECRET_DOTENV_PATH"] = own };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
