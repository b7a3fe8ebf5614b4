using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>
/// The enabled audit devices. One of them must record a request before it is carried out, and its answer before that is given.
/// </summary>
internal sealed class AuditDevices(TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (FileAuditDevice Device, string Description)> devices = new(StringComparer.Ordinal);

    public bool None
    {
        get
        {
            lock (gate)
                return devices.Count == 0;
        }
    }

    public void Enable(string path, string filePath, string description)
    {
        lock (gate)
        {
            if (devices.ContainsKey(path))
                throw VaultRefusal.BadRequest("path already in use");
            devices[path] = (new FileAuditDevice(filePath), description);
        }
    }

    public void Disable(string path)
    {
        lock (gate)
        {
            if (devices.Remove(path, out var found))
                found.Device.Dispose();
        }
    }

    public string Hash(string path, string input)
    {
        lock (gate)
            return devices.TryGetValue(path, out var found)
                ? found.Device.Hash(input)
                : throw VaultRefusal.BadRequest($"unknown audit backend: {path}");
    }

    public JsonObject ToJson()
    {
        lock (gate)
            return new JsonObject(
                devices.Select(e =>
                    KeyValuePair.Create(
                        e.Key,
                        (JsonNode?)
                            new JsonObject
                            {
                                ["description"] = e.Value.Description,
                                ["local"] = false,
                                ["options"] = new JsonObject { ["file_path"] = e.Value.Device.FilePath },
                                ["path"] = e.Key,
                                ["type"] = "file",
                            }
                    )
                )
            );
    }

    public Task RequestAsync(VaultRequest request, CancellationToken ct) => RecordAsync("request", request, null, null, ct);

    public Task ResponseAsync(VaultRequest request, VaultResponse? response, VaultRefusal? refusal, CancellationToken ct) =>
        RecordAsync("response", request, response, refusal, ct);

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var (device, _) in devices.Values)
                device.Dispose();
            devices.Clear();
        }
    }

    private async Task RecordAsync(
        string type,
        VaultRequest request,
        VaultResponse? response,
        VaultRefusal? refusal,
        CancellationToken ct
    )
    {
        FileAuditDevice[] all;
        lock (gate)
            all = [.. devices.Values.Select(d => d.Device)];
        var recorded = all.Length == 0;
        foreach (var device in all)
        {
            try
            {
                await device.WriteAsync(Entry(device, type, request, response, refusal), ct);
                recorded = true;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
            {
                // Another one may take it.
            }
        }
        if (!recorded)
            throw new VaultRefusal(500, VaultRefusal.Listed($"no audit backend succeeded in logging the {type}"));
    }

    private JsonObject Entry(
        FileAuditDevice device,
        string type,
        VaultRequest request,
        VaultResponse? response,
        VaultRefusal? refusal
    )
    {
        var entry = new JsonObject
        {
            ["time"] = GoTime.Nanoseconds(time.GetUtcNow()),
            ["type"] = type,
            ["auth"] = new JsonObject
            {
                ["policies"] = new JsonArray([.. (request.Token?.Policies ?? []).Select(p => (JsonNode)p)]),
            },
            ["request"] = new JsonObject
            {
                ["id"] = request.Id,
                ["operation"] = request.Operation.ToString().ToLowerInvariant(),
                ["client_token"] = request.ClientToken is null ? null : device.Hash(request.ClientToken),
                ["path"] = request.Namespace.Path + request.Path,
                ["data"] = device.Hashed(request.Fields.Body),
                ["remote_address"] = request.RemoteAddress,
            },
        };
        if (type == "response")
            entry["response"] = new JsonObject
            {
                ["data"] = device.Hashed(response?.Data),
                ["auth"] = device.Hashed(response?.Auth),
            };
        if (refusal is not null)
            entry["error"] = $"status {refusal.Status}";
        return entry;
    }
}
