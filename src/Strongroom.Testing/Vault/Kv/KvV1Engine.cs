using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>KV version 1: a map at a path, without versions.</summary>
internal sealed class KvV1Engine : Engine
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, JsonObject> secrets = new(StringComparer.Ordinal);

    public override bool Exists(VaultRequest request)
    {
        lock (gate)
            return secrets.ContainsKey(request.Rest);
    }

    protected override VaultResponse Handle(VaultRequest request)
    {
        lock (gate)
            return request.Operation switch
            {
                Operation.Read => Read(request.Rest),
                Operation.List => VaultResponse.Keys(KvKeys.In(request.Rest, secrets.Keys)),
                Operation.Create or Operation.Update => Write(request),
                Operation.Delete => Delete(request.Rest),
                _ => throw new VaultRefusal(405),
            };
    }

    private VaultResponse Read(string path)
    {
        var secret = secrets.GetValueOrDefault(path) ?? throw VaultRefusal.NotFound();
        var fields = new Fields(secret, new Dictionary<string, string>());
        // A member named ttl tells readers how often to look again; one that is no duration tells nothing.
        var leaseDuration =
            secret["ttl"] is JsonValue && GoDuration.TryParse(fields.Text("ttl"), out var ttl) && ttl > TimeSpan.Zero
                ? ttl
                : TimeToLive.SystemMax;
        return new VaultResponse { Data = (JsonObject)secret.DeepClone(), LeaseDuration = leaseDuration };
    }

    private VaultResponse Write(VaultRequest request)
    {
        if (request.Rest.Length == 0)
            throw VaultRefusal.UnsupportedOperation();
        if (request.Fields.Body.Count == 0)
            throw VaultRefusal.BadRequest("missing data fields");
        secrets[request.Rest] = (JsonObject)SortedJson.Of(request.Fields.Body)!;
        return VaultResponse.NoContent;
    }

    private VaultResponse Delete(string path)
    {
        secrets.Remove(path);
        return VaultResponse.NoContent;
    }
}
