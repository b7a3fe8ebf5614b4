using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Aws.Tests.Support;

/// <summary>
/// A process of its own that reads one secret, since the SDK's chain looks at the environment of a whole process and remembers
/// what it found. <c>STRONGROOM_AWS_READER</c> names another program than the built one: the same, published trimmed.
/// </summary>
internal sealed class Reader : IDisposable
{
    private const string Secret = "chain/secret";

    private static readonly string s_built = Path.GetFullPath(
        Path.Combine(
            AppContext.BaseDirectory,
            "..",
            "..",
            "Strongroom.AwsReader",
            Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')),
            "Strongroom.AwsReader.dll"
        )
    );

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    private readonly string _text = AwsFixture.Fresh();

    public Reader()
    {
        Set("PATH", "/usr/bin:/bin");
        Set("LC_ALL", "C.UTF-8");
        Set("HOME", Home.Path);
        Set("XDG_STATE_HOME", Home.File("state"));
        Set("DEPLOYMENT_ENV", "test");
        Set("SECRET_BACKEND", "aws");
        Set("SECRET_DECLARATION", Write("secrets.json", $$"""{ "service": "reader", "secrets": [{ "name": "{{Secret}}" }] }"""));
        // A cold start on a busy machine may need more than the 5 s of one round.
        Set("SECRET_STARTUP_WAIT", "60s");
        // None of these tests may find the machine's own metadata service.
        Set("AWS_EC2_METADATA_DISABLED", "true");
    }

    public TemporaryFolder Home { get; } = new();

    private Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Puts the secret into a fixture, and tells the reader where that is.</summary>
    public static async Task<Reader> OfAsync(AwsFixture fixture)
    {
        var reader = new Reader();
        await fixture.Backend().SetAsync(Secret, reader._text);
        reader.Set("AWS_REGION", fixture.Server.Region);
        reader.Set("AWS_ENDPOINT_URL_SECRETS_MANAGER", fixture.Server.Url.GetLeftPart(UriPartial.Authority));
        return reader;
    }

    public Reader Set(string name, string? value)
    {
        if (value is null)
            Environment.Remove(name);
        else
            Environment[name] = value;
        return this;
    }

    /// <summary>Writes a file below the reader's home, and gives its path.</summary>
    public string Write(string file, string text)
    {
        var path = Home.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Reads and must get the secret.</summary>
    public async Task ReadAsync()
    {
        var (code, output, errors) = await RunAsync();
        Assert.True(code == 0, errors);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(_text))), output.Trim());
    }

    /// <summary>Reads, must fail, and gives what it said.</summary>
    public async Task<string> FailAsync()
    {
        var (code, output, errors) = await RunAsync();
        Assert.Equal((1, ""), (code, output));
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return errors;
    }

    public void Dispose() => Home.Dispose();

    private async Task<(int Code, string Output, string Errors)> RunAsync()
    {
        var start = System.Environment.GetEnvironmentVariable("STRONGROOM_AWS_READER") is { Length: > 0 } published
            ? new ProcessStartInfo(published, [Secret])
            : new ProcessStartInfo(
                Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"),
                [s_built, Secret]
            );
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = Home.Path;
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_limit);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
        return (process.ExitCode, await output, await errors);
    }
}
