using System.Globalization;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>What a node says about itself without a token, sealed or not.</summary>
internal sealed class NodeStatus(VaultNode node)
{
    private string ClusterName => $"vault-cluster-{node.Core.ClusterId[..8]}";

    public static bool Knows(string path) =>
        path is "sys/health" or "sys/seal-status" or "sys/leader" or "sys/init" or "sys/unseal";

    /// <summary>Null where the method is not one of theirs.</summary>
    public VaultResponse? Answer(string method, string path, IReadOnlyDictionary<string, string> query, Fields body) =>
        (method, path) switch
        {
            ("GET" or "HEAD", "sys/health") => Health(query),
            ("GET", "sys/seal-status") => SealStatus(),
            ("GET", "sys/leader") => Leader(),
            ("GET", "sys/init") => new VaultResponse { Body = new JsonObject { ["initialized"] = true } },
            ("PUT" or "POST", "sys/unseal") => Unseal(body),
            _ => null,
        };

    private VaultResponse Health(IReadOnlyDictionary<string, string> query)
    {
        var standby = !node.IsActive;
        var status =
            node.IsSealed ? Code("sealedcode", 503)
            : !standby || Says("standbyok") ? Code("activecode", 200)
            : Code("standbycode", 429);
        var mode = node.IsSealed ? "unknown" : "disabled";
        var json = new JsonObject
        {
            ["initialized"] = true,
            ["sealed"] = node.IsSealed,
            ["standby"] = standby || node.IsSealed,
            ["performance_standby"] = false,
            ["replication_performance_mode"] = mode,
            ["replication_dr_mode"] = mode,
            ["server_time_utc"] = node.Core.Time.GetUtcNow().ToUnixTimeSeconds(),
            ["version"] = node.Core.Version,
        };
        AddCluster(json);
        return new VaultResponse { Status = status, Body = json };

        bool Says(string name) => query.TryGetValue(name, out var value) && value is "" or "true" or "1";

        int Code(string name, int otherwise) =>
            query.TryGetValue(name, out var value)
            && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            && code is >= 200 and < 600
                ? code
                : otherwise;
    }

    private VaultResponse SealStatus()
    {
        var json = new JsonObject
        {
            ["type"] = "shamir",
            ["initialized"] = true,
            ["sealed"] = node.IsSealed,
            ["t"] = 1,
            ["n"] = 1,
            ["progress"] = 0,
            ["nonce"] = "",
            ["version"] = node.Core.Version,
            ["migration"] = false,
            ["recovery_seal"] = false,
            ["storage_type"] = "inmem",
        };
        AddCluster(json);
        return new VaultResponse { Body = json };
    }

    private VaultResponse Leader() =>
        new()
        {
            Body = new JsonObject
            {
                ["ha_enabled"] = node.Core.HasStandby,
                ["is_self"] = node.Core.HasStandby && node.IsActive,
                ["active_time"] = "0001-01-01T00:00:00Z",
                ["leader_address"] = node.Core.HasStandby ? node.Core.Active?.Url?.GetLeftPart(UriPartial.Authority) : "",
                ["leader_cluster_address"] = "",
                ["performance_standby"] = false,
                ["performance_standby_last_remote_wal"] = 0,
            },
        };

    private VaultResponse Unseal(Fields body)
    {
        var key = System.Text.Encoding.UTF8.GetBytes(body.Text("key"));
        if (
            !System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(
                key,
                System.Text.Encoding.UTF8.GetBytes(node.Core.UnsealKey)
            )
        )
            throw VaultRefusal.BadRequest("Unseal failed, invalid key");
        node.IsSealed = false;
        return SealStatus();
    }

    private void AddCluster(JsonObject json)
    {
        if (node.IsSealed)
            return;
        json["cluster_name"] = ClusterName;
        json["cluster_id"] = node.Core.ClusterId;
    }
}
