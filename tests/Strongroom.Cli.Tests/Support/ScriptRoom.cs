using System.Globalization;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Support;

/// <summary>A folder, a backend and the variables of one script.</summary>
internal sealed class ScriptRoom : IAsyncDisposable
{
    private readonly VaultServer? _vault;

    private ScriptRoom(string folder, string backend, VaultServer? vault)
    {
        _vault = vault;
        Folder = folder;
        Variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_BACKEND"] = backend,
            ["XDG_STATE_HOME"] = Path.Combine(folder, "state"),
            ["HOME"] = folder,
            ["PATH"] = "/usr/bin:/bin",
            ["STRONGROOM_OPERATOR"] = "script",
        };
        var places = new Dictionary<string, string> { ["folder"] = folder };
        if (vault is not null)
        {
            Variables["VAULT_ADDR"] = places["vault"] = vault.Url.ToString().TrimEnd('/');
            Variables["VAULT_TOKEN"] = places["token"] = vault.RootToken;
        }
        Placeholders = new ScriptPlaceholders(places);
    }

    internal VaultServer? Vault => _vault;

    internal string Folder { get; }

    internal Dictionary<string, string> Variables { get; }

    internal ScriptPlaceholders Placeholders { get; }

    internal static async Task<ScriptRoom> OpenAsync(string backend)
    {
        var folder = Directory.CreateTempSubdirectory("strongroom-script-").FullName;
        return new ScriptRoom(folder, backend, backend == "vault" ? await VaultServer.StartAsync() : null);
    }

    internal async Task HappenAsync(ScriptEvent happened)
    {
        switch (happened.What.Split(' '))
        {
            case ["seal"]: _vault!.Seal(); break;
            case ["unseal"]: _vault!.Unseal(); break;
            case ["stop"]: await _vault!.StopListeningAsync(); break;
            case ["file", var path, var mode]:
                var target = Path.Combine(Folder, path);
                await File.WriteAllTextAsync(target, string.Concat(happened.Lines.Select(line => Placeholders.Fill(line) + "\n")));
                File.SetUnixFileMode(target, (UnixFileMode)Convert.ToInt32(mode, 8));
                break;
            default: throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'! {happened.What}' is no event."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_vault is not null)
            await _vault.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
