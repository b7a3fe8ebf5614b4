using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaperRun.Secrets;

/// <summary>
/// The few calls by which an administrator fills Secrets Manager, signed as Signature Version 4 asks for. Names in errors,
/// never bodies:
/// they may hold a value.
/// </summary>
internal sealed class AwsAdmin(Uri url, string region, (string Id, string Key, string? Token) keys) : IDisposable
{
    private const string Service = "secretsmanager";
    private const string AlreadyThere = "ResourceExistsException";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    /// <summary>Creates a secret, or gives one that is there a new current version.</summary>
    internal async Task WriteAsync(string name, string value, CancellationToken ct)
    {
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        if (
            await SendAsync(
                "CreateSecret",
                name,
                new JsonObject
                {
                    ["Name"] = name,
                    ["ClientRequestToken"] = token,
                    ["SecretString"] = value,
                },
                AlreadyThere,
                ct
            )
        )
            return;
        await SendAsync(
            "PutSecretValue",
            name,
            new JsonObject
            {
                ["SecretId"] = name,
                ["ClientRequestToken"] = token,
                ["SecretString"] = value,
            },
            null,
            ct
        );
    }

    /// <summary>Deletes a secret for good.</summary>
    internal Task DeleteAsync(string name, CancellationToken ct) =>
        SendAsync("DeleteSecret", name, new JsonObject { ["SecretId"] = name, ["ForceDeleteWithoutRecovery"] = true }, null, ct);

    public void Dispose() => _http.Dispose();

    /// <returns>False where the service answers with the error that was expected.</returns>
    private async Task<bool> SendAsync(string operation, string name, JsonObject body, string? expected, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", $"{Service}.{operation}");
        Sign(request, bytes);
        try
        {
            using var answer = await _http.SendAsync(request, ct);
            if (answer.IsSuccessStatusCode)
                return true;
            var error = await ErrorOf(answer, ct);
            return error == expected && expected is not null
                ? false
                : throw new PaperRunException(
                    $"AWS Secrets Manager at {url} answered {(int)answer.StatusCode} ({error}) to {operation} of '{name}'. "
                        + "The run needs keys that may create, write and delete secrets."
                );
        }
        catch (HttpRequestException e)
        {
            throw new PaperRunException(
                $"AWS Secrets Manager at {url} cannot be reached ({e.HttpRequestError}). Check AWS_ENDPOINT_URL_SECRETS_MANAGER."
            );
        }
    }

    private static async Task<string> ErrorOf(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
            return
                json.RootElement.TryGetProperty("__type", out var type)
                && type.GetString() is { } text
                && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '#')
                ? text[(text.LastIndexOf('#') + 1)..]
                : "no error code";
        }
        catch (JsonException)
        {
            return "no error code";
        }
    }

    private void Sign(HttpRequestMessage request, byte[] body)
    {
        var stamp = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.Host = url.Authority;
        request.Headers.Add("X-Amz-Date", stamp);
        if (keys.Token is not null)
            request.Headers.Add("X-Amz-Security-Token", keys.Token);
        var headers = request
            .Headers.Concat(request.Content!.Headers)
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: string.Join(',', header.Value)))
            .Where(header => header.Name != "content-length")
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .ToList();
        var names = string.Join(';', headers.Select(header => header.Name));
        var canonical =
            $"POST\n/\n\n{string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"))}\n{names}\n{Hash(body)}";
        var scope = $"{stamp[..8]}/{region}/{Service}/aws4_request";
        var key = Encoding.UTF8.GetBytes("AWS4" + keys.Key);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = HMACSHA256.HashData(
            key,
            Encoding.UTF8.GetBytes($"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonical))}")
        );
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={keys.Id}/{scope}, SignedHeaders={names}, "
                + $"Signature={Convert.ToHexStringLower(signature)}"
        );
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
