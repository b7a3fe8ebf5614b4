using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Strongroom.Testing;

namespace Strongroom.CommandBenchmarks;

/// <summary>
/// A Vault with one secret, and everything that can read it from there: the command, the command again, curl, vault.
/// </summary>
internal sealed class GetFixture : IAsyncDisposable
{
    internal const string Curl = "curl";

    private const string Name = "bench/key";

    /// <summary>
    /// Rounds that do not count: the first reads files from the disk, and while they run the server's code is recompiled.
    /// </summary>
    private const int WarmUp = 30;

    private readonly string _command;
    private readonly string _measure;
    private readonly string _folder;
    private readonly VaultServer _vault;
    private readonly Dictionary<string, string> _variables;
    private readonly List<Contender> _contenders;

    private GetFixture(
        string command,
        string measure,
        IEnumerable<string> others,
        string folder,
        string? authority,
        VaultServer vault
    )
    {
        (_command, _measure, _folder, _vault) = (command, measure, folder, vault);
        _variables = new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
            ["HOME"] = folder,
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_BACKEND"] = "vault",
            ["VAULT_ADDR"] = vault.Url.ToString().TrimEnd('/'),
            ["VAULT_TOKEN"] = vault.RootToken,
        };
        if (authority is not null)
            _variables["VAULT_CACERT"] = authority;
        string[] url = [$"{_variables["VAULT_ADDR"]}/v1/secret/data/{Name}"];
        _contenders =
        [
            new("strongroom get", [command, "get", Name]),
            new("strongroom get, again", [command, "get", Name]),
            .. others.Select(other => new Contender(Path.GetFileName(other), [other, "get", Name])),
            // The token by stdin: on the command line every user of the machine would read it.
            new(
                Curl,
                [
                    "curl",
                    "--silent",
                    "--fail",
                    "--header",
                    "@-",
                    .. authority is null ? [] : new[] { "--cacert", authority },
                    .. url,
                ],
                $"X-Vault-Token: {vault.RootToken}\n"
            ),
        ];
        if (_variables["PATH"].Split(':').Any(path => File.Exists(Path.Combine(path, "vault"))))
            _contenders.Add(new("vault kv get", ["vault", "kv", "get", "-mount=secret", "-field=value", Name]));
    }

    internal static async Task<GetFixture> OpenAsync(string command, string measure, IEnumerable<string> others, bool isTls)
    {
        var folder = Directory.CreateTempSubdirectory("strongroom-bench-").FullName;
        var (authority, certificate) = isTls ? RunAuthority.Make(Path.Combine(folder, "ca.pem")) : default;
        var vault = await VaultServer.StartAsync(new VaultServerOptions { Certificate = certificate });
        var fixture = new GetFixture(command, measure, others, folder, authority, vault);
        var value = RandomNumberGenerator.GetHexString(32);
        await fixture.EndAsync([command, "set", Name], value);
        // What is measured must be what is wanted, and the database must have its schema.
        if (await fixture.EndAsync([command, "get", Name], "") != value)
            throw new InvalidOperationException("'strongroom get' gave another value.");
        return fixture;
    }

    internal async Task<IReadOnlyList<Series>> RunAsync(int rounds)
    {
        var runs = _contenders.ToDictionary(contender => contender, _ => new List<Measured>());
        for (var round = -WarmUp; round < rounds; round++)
        {
            foreach (var contender in _contenders)
            {
                var measured = await MeasureAsync(contender);
                if (round >= 0)
                    runs[contender].Add(measured);
            }
        }
        return [.. runs.Select(one => new Series(one.Key.Name, one.Value))];
    }

    /// <summary>The functions of the command that a read enters, as they are entered first.</summary>
    internal async Task<IEnumerable<string>> TraceAsync(string trace)
    {
        var names = await EndAsync(
            ["bash", "-c", $"nm \"$1\" | \"$2\" \"$1\" get {Name} 2>&1 >/dev/null", "-", _command, trace],
            ""
        );
        return names.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Measured> MeasureAsync(Contender contender)
    {
        var numbers = (await EndAsync([_measure, .. contender.Command], contender.Input))
            .Split(' ')
            .Select(word => int.Parse(word, CultureInfo.InvariantCulture))
            .ToArray();
        return numbers[3] == 0
            ? new Measured(numbers[0] / 1000.0, numbers[1] / 1000.0, numbers[2] / 1024.0)
            : throw new InvalidOperationException($"{contender.Name} ended with {numbers[3]}.");
    }

    private async Task<string> EndAsync(IReadOnlyList<string> command, string input)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Clear();
        foreach (var (name, text) in _variables)
            start.Environment[name] = text;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{Path.GetFileName(command[0])} ended with {process.ExitCode}.");
    }

    private sealed record Contender(string Name, IReadOnlyList<string> Command, string Input = "");
}
