using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>
/// Appends each exchange to a file as a line of JSON. Strings are written as keyed hashes, so that a known one can be
/// found and none read.
/// </summary>
internal sealed class FileAuditDevice : IDisposable
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly FileStream file;

    public FileAuditDevice(string filePath)
    {
        FilePath = filePath;
        try
        {
            file = new FileStream(
                filePath,
                new FileStreamOptions
                {
                    Mode = FileMode.Append,
                    Access = FileAccess.Write,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    BufferSize = 0,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw VaultRefusal.BadRequest("sanity check failed; unable to open the given path for writing");
        }
    }

    public string FilePath { get; }

    public string Hash(string text) =>
        "hmac-sha256:" + Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    /// <summary>Waits for the file: while that blocks, so does every audited request.</summary>
    public async Task WriteAsync(JsonObject entry, CancellationToken ct)
    {
        var line = Encoding.UTF8.GetBytes(entry.ToJsonString() + "\n");
        await gate.WaitAsync(ct);
        // Goes on when the client gives up; a line that is half written would spoil the next.
        var writing = Task.Run(() => file.Write(line), CancellationToken.None);
        _ = writing.ContinueWith(
            _ => gate.Release(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        await writing.WaitAsync(ct);
    }

    /// <summary>The same shape with each text hashed; numbers and booleans stay.</summary>
    public JsonNode? Hashed(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(map.Select(e => KeyValuePair.Create(e.Key, Hashed(e.Value)))),
            JsonArray list => new JsonArray([.. list.Select(Hashed)]),
            JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => Hash(value.GetValue<string>()),
            null => null,
            _ => node.DeepClone(),
        };

    // The gate stays: a write that still blocks gives it back later.
    public void Dispose() => file.Dispose();
}
