using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>Answers behind single-use tokens.</summary>
internal sealed class WrappingStore(TokenStore tokens, TimeProvider time)
{
    public const string PolicyName = "response-wrapping";

    private readonly Lock gate = new();
    private readonly Dictionary<Token, Wrapped> wrapped = [];

    public VaultResponse Wrap(VaultResponse response, VaultRequest request, TimeSpan ttl) =>
        Wrap(response.ToJson(request.Id), request.Path, request.Namespace, ttl);

    public VaultResponse Lookup(string? id)
    {
        var token = Find(id);
        lock (gate)
            return VaultResponse.Of(
                new JsonObject
                {
                    ["creation_path"] = wrapped[token].CreationPath,
                    ["creation_time"] = GoTime.Nanoseconds(token.IssuedAt),
                    ["creation_ttl"] = (long)token.CreationTtl.TotalSeconds,
                }
            );
    }

    /// <summary>Gives the answer out and forgets it. The token's one use is gone, even where this fails.</summary>
    public VaultResponse Unwrap(string? id)
    {
        var token = Find(id);
        var usable = tokens.TryUse(token);
        Wrapped? content;
        lock (gate)
            wrapped.Remove(token, out content);
        tokens.Revoke(token);
        return usable && content is not null ? new VaultResponse { Body = content.Body } : throw Invalid();
    }

    public VaultResponse Rewrap(string? id, VaultNamespace space)
    {
        var token = Find(id);
        string path;
        lock (gate)
            path = wrapped[token].CreationPath;
        return Wrap(Unwrap(id).Body!, path, space, token.CreationTtl);
    }

    private VaultResponse Wrap(JsonObject body, string creationPath, VaultNamespace space, TimeSpan ttl)
    {
        var (token, _) = tokens.Issue(
            new TokenRequest
            {
                Namespace = space,
                Path = creationPath,
                DisplayName = "",
                Policies = [PolicyName],
                NoDefaultPolicy = true,
                Ttl = ttl,
                Uses = 1,
                Renewable = false,
            }
        );
        lock (gate)
            wrapped.Add(token, new Wrapped(body, creationPath));
        var info = new JsonObject
        {
            ["token"] = token.Id,
            ["accessor"] = token.Accessor,
            ["ttl"] = (long)token.CreationTtl.TotalSeconds,
            ["creation_time"] = GoTime.Nanoseconds(time.GetUtcNow()),
            ["creation_path"] = creationPath,
        };
        if (body["auth"]?["accessor"] is { } accessor)
            info["wrapped_accessor"] = accessor.DeepClone();
        // The request's own id travels inside.
        var outer = new VaultResponse().ToJson("");
        outer["wrap_info"] = info;
        return new VaultResponse { Body = outer };
    }

    private Token Find(string? id)
    {
        var token = string.IsNullOrEmpty(id) ? null : tokens.Find(id);
        lock (gate)
            return token is not null && wrapped.ContainsKey(token) ? token : throw Invalid();
    }

    private static VaultRefusal Invalid() => VaultRefusal.BadRequest("wrapping token is not valid or does not exist");

    private sealed record Wrapped(JsonObject Body, string CreationPath);
}
