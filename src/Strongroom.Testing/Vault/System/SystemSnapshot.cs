using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>
/// <c>sys/storage/raft/snapshot</c>: the KV version 2 engines and policies of all namespaces, sealed with a key of this server's,
/// as a real archive is with its barrier's. Mounts and logins are not in it.
/// </summary>
internal sealed class SystemSnapshot(VaultCore core) : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly AesGcm sealing = new(RandomNumberGenerator.GetBytes(32), TagSize);

    public byte[] Take()
    {
        var all = new JsonObject();
        foreach (var space in core.Namespaces.All)
        {
            all[space.Path] = new JsonObject
            {
                ["policies"] = new JsonObject(
                    space
                        .Policies.Names.Where(n => n != "root")
                        .Select(n => KeyValuePair.Create(n, (JsonNode?)space.Policies.Find(n)!.Text))
                ),
                ["kv"] = new JsonObject(
                    space
                        .Mounts.All.Where(m => m.Engine is KvV2Engine)
                        .Select(m => KeyValuePair.Create(m.Path, (JsonNode?)((KvV2Engine)m.Engine).Export()))
                ),
            };
        }
        var plain = Encoding.UTF8.GetBytes(all.ToJsonString());
        var archive = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(archive.AsSpan(0, NonceSize));
        sealing.Encrypt(
            archive.AsSpan(0, NonceSize),
            plain,
            archive.AsSpan(NonceSize + TagSize),
            archive.AsSpan(NonceSize, TagSize)
        );
        CryptographicOperations.ZeroMemory(plain);
        return archive;
    }

    public void Restore(ReadOnlySpan<byte> archive)
    {
        if (archive.Length < NonceSize + TagSize)
            throw VaultRefusal.BadRequest("failed to read snapshot file");
        var plain = new byte[archive.Length - NonceSize - TagSize];
        try
        {
            sealing.Decrypt(
                archive[..NonceSize],
                archive[(NonceSize + TagSize)..],
                archive[NonceSize..(NonceSize + TagSize)],
                plain
            );
        }
        catch (CryptographicException)
        {
            throw VaultRefusal.BadRequest(
                "could not verify hash file, possibly the snapshot is using a different set of unseal keys; use the "
                    + "snapshot-force API to bypass this check"
            );
        }
        foreach (var (path, node) in JsonSerializer.Deserialize<JsonObject>(plain)!)
        {
            if (core.Namespaces.At(path) is not { } space)
                continue;
            foreach (var (name, text) in node!["policies"]!.AsObject())
                space.Policies.Put(name, text!.GetValue<string>());
            foreach (var (mount, secrets) in node["kv"]!.AsObject())
                (space.Mounts.At(mount)?.Engine as KvV2Engine)?.Import(secrets!.AsObject());
        }
        CryptographicOperations.ZeroMemory(plain);
    }

    public void Dispose() => sealing.Dispose();
}
