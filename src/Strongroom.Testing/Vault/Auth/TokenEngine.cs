using System.Text.RegularExpressions;

namespace Strongroom.Testing.Vault;

/// <summary><c>auth/token</c>: making, looking at, renewing and ending tokens.</summary>
internal sealed partial class TokenEngine(VaultCore core) : Engine
{
    public override bool NeedsSudo(VaultRequest request) =>
        request.Rest is "accessors/" or "accessors" or "revoke-orphan" or "create-orphan";

    protected override VaultResponse Handle(VaultRequest request) =>
        (request.Rest, request.Operation) switch
        {
            ("create" or "create-orphan", Operation.Update) => Create(request),
            ("lookup-self", Operation.Read or Operation.Update) => Lookup(request.Token!),
            ("lookup", Operation.Update) => Lookup(Other(request)),
            ("lookup-accessor", Operation.Update) => Lookup(ByAccessor(request), withId: false),
            ("renew-self", Operation.Update) => Renew(request.Token!, request),
            ("renew", Operation.Update) => Renew(Other(request), request),
            ("renew-accessor", Operation.Update) => Renew(ByAccessor(request), request),
            ("revoke-self", Operation.Update) => Revoke(request.Token!),
            ("revoke", Operation.Update) => Revoke(Other(request)),
            ("revoke-orphan", Operation.Update) => Revoke(Other(request), withChildren: false),
            ("revoke-accessor", Operation.Update) => Revoke(ByAccessor(request)),
            ("accessors/" or "accessors", Operation.List) => VaultResponse.Keys(core.Tokens.Accessors()),
            _ => throw VaultRefusal.UnsupportedPath(),
        };

    private VaultResponse Create(VaultRequest request)
    {
        var (fields, parent) = (request.Fields, request.Token!);
        var policies = fields.List("policies");
        var sudo = AccessList.Of(parent).Allows(Operation.Update, request.Path, sudo: true);
        if (!sudo && !policies.All(p => parent.Policies.Contains(p, StringComparer.OrdinalIgnoreCase)))
            throw VaultRefusal.BadRequest("child policies must be subset of parent");
        var (orphan, id, period) = (
            request.Rest == "create-orphan" || fields.Flag("no_parent"),
            fields.Text("id"),
            fields.Duration("period")
        );
        if ((orphan && request.Rest == "create" || id.Length > 0 || period > TimeSpan.Zero) && !sudo)
            throw VaultRefusal.BadRequest("root or sudo privileges required to create orphan, periodic or named tokens");
        var (token, warning) = core.Tokens.Issue(
            new TokenRequest
            {
                Namespace = request.Namespace,
                Path = request.Path,
                Parent = orphan ? null : parent,
                Id = id.Length == 0 ? null : id,
                DisplayName = fields.Text("display_name") is { Length: > 0 } name
                    ? $"token-{NoName().Replace(name, "-")}"
                    : "token",
                Policies = policies.Count == 0 ? parent.Policies : policies,
                NoDefaultPolicy = fields.Flag("no_default_policy"),
                Metadata = fields.TextMap("meta"),
                Ttl = fields.DurationOrNull("ttl") ?? fields.Duration("lease"),
                ExplicitMaxTtl = fields.Duration("explicit_max_ttl"),
                Period = period,
                Uses = Math.Max(0, fields.Number("num_uses")),
                Renewable = fields.Flag("renewable", otherwise: true),
                Batch = fields.Text("type") == "batch",
            }
        );
        return Answer(token, token.CreationTtl, warning);
    }

    private VaultResponse Lookup(Token token, bool withId = true)
    {
        var json = token.ToLookup(core.Time.GetUtcNow());
        if (!withId)
            json["id"] = "";
        return VaultResponse.Of(json);
    }

    private VaultResponse Renew(Token token, VaultRequest request)
    {
        var (ttl, warning) = core.Tokens.Renew(token, request.Fields.Duration("increment"));
        return Answer(token, ttl, warning);
    }

    private VaultResponse Revoke(Token token, bool withChildren = true)
    {
        core.Tokens.Revoke(token, withChildren);
        return VaultResponse.NoContent;
    }

    private Token Other(VaultRequest request) =>
        core.Tokens.Find(request.Fields.Required("token")) ?? throw new VaultRefusal(403, "bad token");

    private Token ByAccessor(VaultRequest request) =>
        core.Tokens.FindByAccessor(request.Fields.Required("accessor"))
        ?? throw new VaultRefusal(403, VaultRefusal.Listed("invalid accessor"));

    private static VaultResponse Answer(Token token, TimeSpan ttl, string? warning) =>
        new() { Auth = token.ToAuth(ttl), Warnings = warning is null ? [] : [warning] };

    [GeneratedRegex("[^a-zA-Z0-9-]")]
    private static partial Regex NoName();
}
