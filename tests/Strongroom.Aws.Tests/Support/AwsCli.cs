using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Strongroom.Peers;

namespace Strongroom.Aws.Tests.Support;

/// <summary>
/// The AWS CLI, which shares no code with us. What is secret goes in by a private file, never on its command line.
/// </summary>
internal sealed class AwsCli(Uri endpoint, string region, string accessKeyId, string secretAccessKey) : IDisposable
{
    private static readonly string[] s_candidates = ["/usr/local/bin/aws", "/usr/bin/aws", "/root/.pyenv/shims/aws"];

    private readonly TemporaryFolder _folder = new();

    private static string? Program => s_candidates.FirstOrDefault(File.Exists);

    public static void SkipWhereMissing()
    {
        if (Program is null && PeerMissingException.MayBeSkipped)
            Assert.Skip("The AWS CLI is not installed.");
    }

    /// <summary>Runs <c>aws secretsmanager OPERATION</c> with the given parameters and gives what it prints.</summary>
    public async Task<JsonNode> RunAsync(string operation, object parameters, byte[]? binary = null)
    {
        var (code, output, errors) = await TryAsync(operation, parameters, binary);
        Assert.True(code == 0, $"{operation}: {errors}");
        return JsonNode.Parse(output.Length == 0 ? "{}" : output)!;
    }

    public async Task<string> FailAsync(string operation, object parameters)
    {
        var (code, _, errors) = await TryAsync(operation, parameters);
        Assert.NotEqual(0, code);
        return errors;
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, string Output, string Errors)> TryAsync(
        string operation,
        object parameters,
        byte[]? binary = null
    )
    {
        var input = _folder.File($"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(input, JsonSerializer.Serialize(parameters));
        var start = Python.Command(
            Program!,
            "secretsmanager",
            operation,
            "--endpoint-url",
            endpoint.ToString(),
            "--output",
            "json",
            "--cli-input-json",
            $"file://{input}"
        );
        if (binary is not null)
        {
            await File.WriteAllBytesAsync(_folder.File("binary"), binary);
            start.ArgumentList.Add("--secret-binary");
            start.ArgumentList.Add($"fileb://{_folder.File("binary")}");
        }
        start.Environment["HOME"] = _folder.Path;
        start.Environment["AWS_ACCESS_KEY_ID"] = accessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = secretAccessKey;
        start.Environment["AWS_REGION"] = start.Environment["AWS_DEFAULT_REGION"] = region;
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_PAGER"] = "";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
