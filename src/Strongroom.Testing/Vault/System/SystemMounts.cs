using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary><c>sys/mounts</c>, and <c>sys/auth</c> whose mounts all lie under <c>auth/</c>.</summary>
internal sealed class SystemMounts(VaultNamespace space, string under, Func<string, Fields, Mount> make, LeaseStore leases)
{
    private const string Tune = "/tune";

    public async Task<VaultResponse> HandleAsync(VaultRequest request, string name, CancellationToken ct)
    {
        if (name.Length == 0)
            return request.Operation == Operation.Read ? All() : throw VaultRefusal.UnsupportedOperation();
        var tuning = name.EndsWith(Tune, StringComparison.Ordinal);
        var path = $"{under}{(tuning ? name[..^Tune.Length] : name).Trim('/')}/";
        return (tuning, request.Operation) switch
        {
            (true, Operation.Read) => Tuning(Find(path)),
            (true, Operation.Create or Operation.Update) => Change(Find(path), request.Fields),
            (false, Operation.Create or Operation.Update) => Add(path, request.Fields),
            (false, Operation.Delete) => await RemoveAsync(path, ct),
            (false, Operation.Read) => VaultResponse.Of(Find(path).ToJson()),
            _ => throw VaultRefusal.UnsupportedOperation(),
        };
    }

    private VaultResponse All()
    {
        var data = new JsonObject(
            space
                .Mounts.All.Where(m => m.Path.StartsWith("auth/", StringComparison.Ordinal) == under.Length > 0)
                .Select(m => KeyValuePair.Create(m.Path[under.Length..], (JsonNode?)m.ToJson()))
        );
        return new VaultResponse { Data = data, Mirrored = true };
    }

    private VaultResponse Add(string path, Fields fields)
    {
        if (under.Length == 0 && (path.StartsWith("auth/", StringComparison.Ordinal) || path is "sys/" or "/"))
            throw VaultRefusal.BadRequest($"path is not free for a mount: {path}");
        space.Mounts.Add(make(path, fields));
        return VaultResponse.NoContent;
    }

    // A mount's leases are revoked while that is still possible.
    private async Task<VaultResponse> RemoveAsync(string path, CancellationToken ct)
    {
        if (path is "sys/" or "auth/token/")
            throw VaultRefusal.BadRequest($"cannot unmount \"{path}\"");
        foreach (var lease in leases.Under(space.Path + path))
            await leases.RevokeAsync(lease, ct);
        (space.Mounts.Remove(path)?.Engine as IDisposable)?.Dispose();
        return VaultResponse.NoContent;
    }

    private static VaultResponse Tuning(Mount mount)
    {
        var json = mount.ToJson()["config"]!.DeepClone().AsObject();
        json["description"] = mount.Description;
        (json["default_lease_ttl"], json["max_lease_ttl"]) = (Or(mount.DefaultTtl), Or(mount.MaxTtl));
        return VaultResponse.Of(json);

        static long Or(TimeSpan ttl) => (long)(ttl > TimeSpan.Zero ? ttl : TimeToLive.SystemMax).TotalSeconds;
    }

    private static VaultResponse Change(Mount mount, Fields fields)
    {
        mount.DefaultTtl = fields.DurationOrNull("default_lease_ttl") ?? mount.DefaultTtl;
        mount.MaxTtl = fields.DurationOrNull("max_lease_ttl") ?? mount.MaxTtl;
        if (fields.Map("user_lockout_config") is { } lockout)
        {
            var settings = new Fields(lockout, new Dictionary<string, string>());
            mount.Lockout = new LockoutSettings
            {
                Threshold = settings.Number("lockout_threshold", mount.Lockout.Threshold),
                Duration = settings.DurationOrNull("lockout_duration") ?? mount.Lockout.Duration,
                CounterReset = settings.DurationOrNull("lockout_counter_reset_duration") ?? mount.Lockout.CounterReset,
                Disabled = settings.Flag("lockout_disable", mount.Lockout.Disabled),
            };
        }
        return VaultResponse.NoContent;
    }

    private Mount Find(string path) =>
        space.Mounts.At(path) ?? throw VaultRefusal.BadRequest($"No secret engine mount at {path[under.Length..]}");
}
