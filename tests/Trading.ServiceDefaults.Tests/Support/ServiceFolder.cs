using System.Security.Cryptography;
using System.Text;

namespace Trading.ServiceDefaults.Tests.Support;

/// <summary>
/// A folder with all that one process of the platform reads: declaration, .env with values made for the test, journal, database.
/// </summary>
internal sealed class ServiceFolder : IDisposable
{
    internal const string Gateway = """
        { "service": "execution_gateway",
          "secrets": [
            { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca",
              "sendTo": ["https://paper-api.alpaca.markets"], "onLoss": "halt" },
            { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca",
              "sendTo": ["https://paper-api.alpaca.markets"], "onLoss": "halt" },
            { "name": "redis/password", "required": false },
            { "name": "calls/execution_gateway/market_data" },
            { "name": "calls/risk_manager/execution_gateway" } ] }
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("strongroom-");

    internal ServiceFolder()
    {
        File.SetUnixFileMode(_root.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path("secrets.json"), Gateway);
        foreach (
            var name in new[]
            {
                "ALPACA_API_KEY_ID",
                "ALPACA_API_SECRET_KEY",
                "CALLS_EXECUTION_GATEWAY_MARKET_DATA",
                "CALLS_RISK_MANAGER_EXECUTION_GATEWAY",
            }
        )
            Values[name] = RandomNumberGenerator.GetHexString(40);
        WriteDotenv();
    }

    internal Dictionary<string, string> Values { get; } = [];

    internal string Path(string name) => System.IO.Path.Combine(_root.FullName, name);

    internal void WriteDotenv()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Values)
            text.Append(name).Append('=').Append(value).Append('\n');
        using var file = new FileStream(
            Path(".env"),
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        file.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Settings go in as arguments, so that tests side by side share no environment.</summary>
    internal string[] Arguments(params string[] more) =>
        [
            "--DEPLOYMENT_ENV=local",
            "--SECRET_BACKEND=env",
            $"--SECRET_DECLARATION={Path("secrets.json")}",
            $"--SECRET_DOTENV_PATH={Path(".env")}",
            $"--STRONGROOM_JOURNAL_DIR={Path("journal")}",
            $"--DATABASE_PATH={Path("trading.db")}",
            "--urls=http://127.0.0.1:0",
            "--ALPACA_BASE_URL=http://127.0.0.1:9",
            .. more,
        ];

    public void Dispose() => _root.Delete(recursive: true);
}
