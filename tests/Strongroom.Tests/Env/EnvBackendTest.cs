using Strongroom.Backends;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

/// <summary>A .env file, the variables of a process, and a backend that reads both.</summary>
public abstract class EnvBackendTest : IDisposable
{
    private const string Declaration = """
        { "service": "execution_gateway", "secrets": [
            { "name": "alpaca/api_key_id", "at": "alpaca/credentials#id", "bundle": "alpaca" },
            { "name": "alpaca/api_secret", "at": "alpaca/credentials#secret", "bundle": "alpaca", "access": ["read", "write"] },
            { "name": "database/password" } ] }
        """;

    private protected TemporaryFolder Folder { get; } = new();

    private protected Dictionary<string, string> ProcessVariables { get; } = [];

    private protected string First { get; } = TemporaryFolder.NewValue();

    private protected string Second { get; } = TemporaryFolder.NewValue();

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static SecretLocation LocationOf(string name) =>
        new(SecretName.Parse(name), Declared.Find(SecretName.Parse(name))!.StoredName);

    private protected static SecretRequest RequestFor(string bundle) =>
        new(
            bundle,
            [
                .. Declared
                    .Bundles.Single(one => one.Id == bundle)
                    .Secrets.Select(one => new SecretLocation(one.Name, one.StoredName)),
            ],
            ReadPurpose.Get
        );

    private protected static async Task<SecretReadResult> ReadAsync(EnvBackend backend, string bundle) =>
        Assert.Single(await backend.ReadAsync([RequestFor(bundle)], Ct));

    private protected async Task<SecretWriteResult> WriteAsync(string name, string text, SetCondition condition = default)
    {
        using var value = SecretValue.FromText(text);
        return await Backend().WriteAsync(new SecretWrite(LocationOf(name), value, condition), Ct);
    }

    private protected EnvBackend Backend(
        DeploymentEnvironment environment = DeploymentEnvironment.Local,
        bool declared = true,
        string? stateFolder = "state"
    ) =>
        new(
            Settings() with
            {
                Environment = environment,
                Declaration = declared ? Declared : null,
                StateFolder = stateFolder is null ? null : Folder.At(stateFolder),
            }
        );

    private protected EnvBackendSettings Settings() =>
        new()
        {
            DotenvPath = Folder.At(".env"),
            Environment = DeploymentEnvironment.Local,
            Time = TimeProvider.System,
            Declaration = Declared,
            ProcessVariable = ProcessVariables.GetValueOrDefault,
            StateFolder = Folder.At("state"),
        };

    private static SecretDeclaration Declared => SecretDeclaration.Parse(Declaration);
}
