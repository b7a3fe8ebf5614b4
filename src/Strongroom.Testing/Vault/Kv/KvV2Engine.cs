using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>KV version 2: versions, check-and-set, soft delete, and what newer servers add.</summary>
internal sealed class KvV2Engine(TimeProvider time, VaultRelease release) : Engine
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, KvV2Secret> secrets = new(StringComparer.Ordinal);
    private KvV2Settings settings = new();

    private bool HasPatch => release != VaultRelease.V18;

    public override bool Exists(VaultRequest request)
    {
        var (area, path) = Split(request.Rest);
        lock (gate)
            return area is not ("data" or "metadata") || secrets.ContainsKey(path);
    }

    /// <summary>Everything, for a snapshot.</summary>
    public JsonObject Export()
    {
        lock (gate)
            return new JsonObject(secrets.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value.Export())));
    }

    /// <summary>What was written since the snapshot is gone.</summary>
    public void Import(JsonObject all)
    {
        lock (gate)
        {
            secrets.Clear();
            foreach (var (path, secret) in all)
                secrets[path] = KvV2Secret.Import(secret!.AsObject());
        }
    }

    protected override VaultResponse Handle(VaultRequest request)
    {
        if (request.Operation == Operation.Patch && !HasPatch)
            throw new VaultRefusal(405);
        if (request.Operation == Operation.Patch && request.ContentType != "application/merge-patch+json")
            throw new VaultRefusal(415, "PATCH requires Content-Type of application/merge-patch+json");
        var (area, path) = Split(request.Rest);
        lock (gate)
            return (area, path.Length > 0, request.Operation) switch
            {
                ("config", false, Operation.Read) => Config(),
                ("config", false, Operation.Create or Operation.Update) => Configure(request),
                ("data", true, Operation.Read) => Read(path, request.Fields.Number("version")),
                ("data", true, Operation.Create or Operation.Update) => Write(path, request.Fields),
                ("data", true, Operation.Patch) => Patch(path, request.Fields),
                ("data", true, Operation.Delete) => Each(path, [0], Delete),
                ("delete", true, Operation.Create or Operation.Update) => Each(path, Versions(request), Delete),
                ("undelete", true, Operation.Create or Operation.Update) => Each(path, Versions(request), Undelete),
                ("destroy", true, Operation.Create or Operation.Update) => Each(path, Versions(request), (_, v) => v.Destroy()),
                ("subkeys", true, Operation.Read) when HasPatch => Subkeys(path, request.Fields),
                ("metadata", _, Operation.List) => VaultResponse.Keys(KvKeys.In(path, secrets.Keys)),
                ("metadata", true, Operation.Read) => VaultResponse.Of(Find(path).ToJson(HasPatch)),
                ("metadata", true, Operation.Create or Operation.Update or Operation.Patch) => Describe(path, request),
                ("metadata", true, Operation.Delete) => Remove(path),
                ("data" or "delete" or "undelete" or "destroy" or "metadata", true, _) =>
                    throw VaultRefusal.UnsupportedOperation(),
                _ => NoSuchPath(area, path, request.Operation),
            };
    }

    private VaultResponse Config()
    {
        var json = new JsonObject();
        settings.WriteTo(json);
        return VaultResponse.Of(json);
    }

    private VaultResponse Configure(VaultRequest request)
    {
        settings = settings.With(request.Fields);
        return VaultResponse.NoContent;
    }

    private VaultResponse Read(string path, int number)
    {
        var version = Find(path).Version(number) ?? throw VaultRefusal.NotFound();
        // Deleted is not missing: the answer is a 404 with a body that says when.
        return new VaultResponse
        {
            Status = version.IsReadable(time.GetUtcNow()) ? 200 : 404,
            Data = new JsonObject
            {
                ["data"] = version.IsReadable(time.GetUtcNow()) ? version.Data!.DeepClone() : null,
                ["metadata"] = Told(Find(path), version, number),
            },
        };
    }

    private VaultResponse Write(string path, Fields fields)
    {
        var data = fields.Map("data") ?? throw VaultRefusal.BadRequest("no data provided");
        var secret = secrets.GetValueOrDefault(path);
        CheckAndSet(fields, secret);
        var now = time.GetUtcNow();
        secret ??= secrets[path] = new KvV2Secret(now);
        var version = secret.Add((JsonObject)SortedJson.Of(data)!, now, settings);
        return VaultResponse.Of(Told(secret, version, secret.Current));
    }

    private VaultResponse Patch(string path, Fields fields)
    {
        var patch = fields.Map("data") ?? throw VaultRefusal.BadRequest("no data provided");
        var secret = Find(path);
        CheckAndSet(fields, secret);
        var now = time.GetUtcNow();
        if (secret.Version(0) is not { } before || !before.IsReadable(now))
            throw VaultRefusal.NotFound();
        var version = secret.Add((JsonObject)SortedJson.Of(MergePatch.Apply(before.Data, patch))!, now, settings);
        return VaultResponse.Of(Told(secret, version, secret.Current));
    }

    private void CheckAndSet(Fields fields, KvV2Secret? secret)
    {
        var options = new Fields(fields.Map("options") ?? [], new Dictionary<string, string>());
        if (!options.Has("cas"))
        {
            if (settings.CasRequired || secret?.Settings.CasRequired == true)
                throw VaultRefusal.BadRequest("check-and-set parameter required for this call");
        }
        else if (options.Number("cas") != (secret?.Current ?? 0))
        {
            throw VaultRefusal.BadRequest("check-and-set parameter did not match the current version");
        }
    }

    private VaultResponse Each(string path, IReadOnlyList<int> numbers, Action<KvV2Secret, KvV2Version> act)
    {
        if (secrets.GetValueOrDefault(path) is { } secret)
            foreach (var version in numbers.Select(secret.Version).OfType<KvV2Version>())
                act(secret, version);
        return VaultResponse.NoContent;
    }

    private void Delete(KvV2Secret secret, KvV2Version version)
    {
        if (version.IsReadable(time.GetUtcNow()))
            version.DeletedAt = time.GetUtcNow();
    }

    // A secret whose versions live for a while only gets that while again.
    private void Undelete(KvV2Secret secret, KvV2Version version)
    {
        if (!version.Destroyed)
            version.DeletedAt = KvV2Settings.Life(secret.Settings, settings) is { } life ? time.GetUtcNow() + life : null;
    }

    private VaultResponse Subkeys(string path, Fields fields)
    {
        var (secret, number) = (Find(path), fields.Number("version"));
        var version = secret.Version(number) ?? throw VaultRefusal.NotFound();
        var readable = version.IsReadable(time.GetUtcNow());
        return new VaultResponse
        {
            Status = readable ? 200 : 404,
            Data = new JsonObject
            {
                ["subkeys"] = readable ? NamesOf(version.Data!, fields.Number("depth")) : null,
                ["metadata"] = Told(secret, version, number),
            },
        };
    }

    private static JsonObject NamesOf(JsonObject data, int depth) =>
        new(
            data.Select(e =>
                KeyValuePair.Create(
                    e.Key,
                    e.Value is JsonObject { Count: > 0 } inner && depth != 1
                        ? (JsonNode?)NamesOf(inner, Math.Max(0, depth - 1))
                        : null
                )
            )
        );

    private VaultResponse Describe(string path, VaultRequest request)
    {
        var (now, fields) = (time.GetUtcNow(), request.Fields);
        var patching = request.Operation == Operation.Patch;
        var custom = fields.Map("custom_metadata");
        if (!patching)
            custom = CustomMetadata.Checked(custom);
        var secret = patching ? Find(path) : secrets.GetValueOrDefault(path) ?? (secrets[path] = new KvV2Secret(now));
        secret.Settings = secret.Settings.With(fields);
        if (custom is not null && HasPatch)
            secret.CustomMetadata = patching ? CustomMetadata.Patched(secret.CustomMetadata, custom) : custom;
        return VaultResponse.NoContent;
    }

    private VaultResponse Remove(string path)
    {
        secrets.Remove(path);
        return VaultResponse.NoContent;
    }

    private JsonObject Told(KvV2Secret secret, KvV2Version version, int number)
    {
        var json = version.ToJson();
        json["version"] = number == 0 ? secret.Current : number;
        if (HasPatch)
            json["custom_metadata"] = secret.CustomMetadata?.DeepClone();
        return json;
    }

    private static IReadOnlyList<int> Versions(VaultRequest request) =>
        request.Fields.Numbers("versions") is { Count: > 0 } numbers
            ? numbers
            : throw VaultRefusal.BadRequest("no version number provided");

    private KvV2Secret Find(string path) => secrets.GetValueOrDefault(path) ?? throw VaultRefusal.NotFound();

    private static (string Area, string Path) Split(string rest) =>
        rest.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? (rest[..slash], rest[(slash + 1)..]) : (rest, "");

    // The usual mistakes: a path of version 1, or one that lacks its name. Vault's own words, since people search for them.
    private static VaultResponse NoSuchPath(string area, string path, Operation operation)
    {
        var command = operation switch
        {
            Operation.Create or Operation.Update => "put",
            Operation.Patch => "patch",
            Operation.List => "list",
            Operation.Delete => "delete",
            _ => "get",
        };
        var nameless = path.Length == 0 && area is "data" or "metadata" or "delete" or "undelete" or "destroy";
        return new VaultResponse
        {
            Status = 404,
            Warnings =
            [
                nameless
                    ? "Non-listing operations on the root of a K/V v2 mount are not supported."
                    : "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints "
                        + "to use. "
                        + $"If using the Vault CLI, use 'vault kv {command}' for this operation.",
            ],
        };
    }
}
