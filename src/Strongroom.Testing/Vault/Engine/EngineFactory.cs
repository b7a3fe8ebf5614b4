namespace Strongroom.Testing.Vault;

/// <summary>Makes what <c>sys/mounts</c> and <c>sys/auth</c> ask for, and what every namespace starts with.</summary>
internal sealed class EngineFactory(VaultCore core)
{
    public void Equip(VaultNamespace space)
    {
        space.Mounts.Add(
            new Mount(
                "sys/",
                "system",
                new SystemEngine(core, space),
                "system endpoints used for control, policy and debugging",
                null
            )
        );
        space.Mounts.Add(new Mount("auth/token/", "token", new TokenEngine(core), "token based credentials", null));
    }

    public Mount Secrets(string path, Fields fields)
    {
        var type = fields.Required("type");
        var options = fields.TextMap("options")?.ToDictionary(StringComparer.Ordinal) ?? [];
        if (type == "kv-v2")
            (type, options["version"]) = ("kv", "2");
        Engine engine = type switch
        {
            "kv" or "generic" => options.GetValueOrDefault("version") == "2"
                ? new KvV2Engine(core.Time, core.Release)
                : new KvV1Engine(),
            "database" => new DatabaseEngine(core),
            _ => throw Unknown(type),
        };
        return Tuned(new Mount(path, type, engine, fields.Text("description"), options.Count == 0 ? null : options), fields);
    }

    public Mount Auth(string path, Fields fields)
    {
        var type = fields.Required("type");
        Engine engine = type switch
        {
            "approle" => new AppRoleEngine(core),
            "cert" => new CertificateEngine(core),
            "jwt" => new JwtEngine(core),
            "kubernetes" => new KubernetesEngine(core),
            _ => throw Unknown(type),
        };
        return Tuned(new Mount(path, type, engine, fields.Text("description"), null), fields);
    }

    private static Mount Tuned(Mount mount, Fields fields)
    {
        if (fields.Map("config") is { } config)
        {
            var tuning = new Fields(config, new Dictionary<string, string>());
            mount.DefaultTtl = tuning.Duration("default_lease_ttl");
            mount.MaxTtl = tuning.Duration("max_lease_ttl");
        }
        return mount;
    }

    private static VaultRefusal Unknown(string type) => VaultRefusal.BadRequest($"plugin not found in the catalog: {type}");
}
