using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>What a role of an auth method says about the tokens that it gives out.</summary>
internal sealed record RoleTokens
{
    public IReadOnlyList<string> Policies { get; init; } = [];

    public TimeSpan Ttl { get; init; }

    public TimeSpan MaxTtl { get; init; }

    public TimeSpan ExplicitMaxTtl { get; init; }

    public TimeSpan Period { get; init; }

    public int Uses { get; init; }

    public bool NoDefaultPolicy { get; init; }

    public bool Batch { get; init; }

    /// <summary>Changes what is said and keeps the rest. Older names without <c>token_</c> in front are taken too.</summary>
    public RoleTokens With(Fields fields)
    {
        var max = Duration(fields, "max_ttl", MaxTtl);
        var ttl = Duration(fields, "ttl", Ttl);
        if (max > TimeSpan.Zero && ttl > max)
            throw VaultRefusal.BadRequest("'token_ttl' cannot be greater than 'token_max_ttl'");
        return this with
        {
            Policies =
                fields.Has("token_policies") ? fields.List("token_policies")
                : fields.Has("policies") ? fields.List("policies")
                : Policies,
            Ttl = ttl,
            MaxTtl = max,
            ExplicitMaxTtl = fields.DurationOrNull("token_explicit_max_ttl") ?? ExplicitMaxTtl,
            Period = Duration(fields, "period", Period),
            Uses = fields.Number("token_num_uses", Uses),
            NoDefaultPolicy = fields.Flag("token_no_default_policy", NoDefaultPolicy),
            Batch = fields.Has("token_type") ? fields.Text("token_type") == "batch" : Batch,
        };
    }

    public void WriteTo(JsonObject json)
    {
        json["token_policies"] = new JsonArray([.. Policies.Select(p => (JsonNode)p)]);
        json["token_ttl"] = (long)Ttl.TotalSeconds;
        json["token_max_ttl"] = (long)MaxTtl.TotalSeconds;
        json["token_explicit_max_ttl"] = (long)ExplicitMaxTtl.TotalSeconds;
        json["token_period"] = (long)Period.TotalSeconds;
        json["token_num_uses"] = Uses;
        json["token_no_default_policy"] = NoDefaultPolicy;
        json["token_type"] = Batch ? "batch" : "default";
        json["token_bound_cidrs"] = new JsonArray();
    }

    /// <summary>Issues a token to an authenticated caller.</summary>
    public VaultResponse LogIn(
        VaultCore core,
        VaultRequest request,
        string alias,
        string displayName,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        var mount = request.Namespace.Mounts.At(request.MountPath)!;
        var (token, warning) = core.Tokens.Issue(
            new TokenRequest
            {
                Namespace = request.Namespace,
                Path = request.Path,
                DisplayName = displayName,
                Metadata = metadata,
                EntityId = core.EntityOf(mount, alias),
                Policies = Policies,
                NoDefaultPolicy = NoDefaultPolicy,
                Batch = Batch,
                Uses = Uses,
                Period = Period,
                Ttl = Ttl > TimeSpan.Zero ? Ttl : mount.DefaultTtl,
                MaxTtl = MaxTtl > TimeSpan.Zero ? MaxTtl : mount.MaxTtl,
                ExplicitMaxTtl = ExplicitMaxTtl,
            }
        );
        return new VaultResponse { Auth = token.ToAuth(token.CreationTtl), Warnings = warning is null ? [] : [warning] };
    }

    private static TimeSpan Duration(Fields fields, string name, TimeSpan otherwise) =>
        fields.DurationOrNull($"token_{name}") ?? fields.DurationOrNull(name) ?? otherwise;
}
