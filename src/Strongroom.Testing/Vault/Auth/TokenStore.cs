using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Testing.Vault;

/// <summary>
/// Every token alive. Found by a keyed hash, so that the time of a look-up tells nothing about the text; ended tokens take
/// their children and leases with them.
/// </summary>
internal sealed class TokenStore(TimeProvider time, VaultRelease release)
{
    private readonly byte[] hashKey = RandomNumberGenerator.GetBytes(32);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Token> tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Token> byAccessor = new(StringComparer.Ordinal);

    /// <summary>Told of each token that ended, outside the lock.</summary>
    public event Action<Token>? Revoked;

    public Token IssueRoot(VaultNamespace root, string? id) =>
        Issue(
            new TokenRequest
            {
                Namespace = root,
                Path = "auth/token/root",
                DisplayName = "token",
                Policies = ["root"],
                Renewable = false,
                Id = id,
            }
        ).Token;

    public (Token Token, string? Warning) Issue(TokenRequest request)
    {
        var now = time.GetUtcNow();
        var policies = request.AllPolicies();
        // A root token without a life of its own lives for ever.
        var endless =
            policies is ["root"]
            && request.Ttl == TimeSpan.Zero
            && request.Period == TimeSpan.Zero
            && request.ExplicitMaxTtl == TimeSpan.Zero;
        var (ttl, warning) = endless
            ? (TimeSpan.Zero, null)
            : TimeToLive.Of(request.Ttl, TimeSpan.Zero, request.Period, request.MaxTtl, request.ExplicitMaxTtl, TimeSpan.Zero);
        var token = new Token
        {
            Id = request.Id ?? TokenText.Fresh(release, request.Batch),
            Request = request,
            Parent = request.Parent,
            Policies = policies,
            IssuedAt = now,
            CreationTtl = ttl,
            ExpiresAt = endless ? null : now + ttl,
            UsesLeft = request.Uses,
        };
        lock (gate)
        {
            if (!tokens.TryAdd(Hash(token.Id), token))
                throw VaultRefusal.BadRequest("cannot create a token with a duplicate ID");
            byAccessor.Add(token.Accessor, token);
            request.Parent?.Children.Add(token);
        }
        return (token, warning);
    }

    /// <summary>Finds the caller's token and takes one of its uses.</summary>
    public Token Authenticate(string? id, VaultRelease answers)
    {
        if (string.IsNullOrEmpty(id))
            throw answers == VaultRelease.V18 ? VaultRefusal.BadRequest("missing client token") : VaultRefusal.Denied();
        lock (gate)
            if (FindAlive(id) is { } token && Use(token))
                return token;
        throw answers == VaultRelease.V18
            ? VaultRefusal.Denied()
            : new VaultRefusal(403, VaultRefusal.Listed("permission denied", "invalid token"));
    }

    public Token? Find(string id)
    {
        lock (gate)
            return FindAlive(id);
    }

    public Token? FindByAccessor(string accessor)
    {
        lock (gate)
            return byAccessor.TryGetValue(accessor, out var token) ? FindAlive(token.Id) : null;
    }

    public IReadOnlyList<string> Accessors()
    {
        lock (gate)
            return [.. byAccessor.Where(t => FindAlive(t.Value.Id) is not null).Select(t => t.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>Takes one use of a token with a limited number of them.</summary>
    public bool TryUse(Token token)
    {
        lock (gate)
            return FindAlive(token.Id) is not null && Use(token);
    }

    public (TimeSpan Ttl, string? Warning) Renew(Token token, TimeSpan increment)
    {
        lock (gate)
        {
            if (!token.Renewable)
                throw VaultRefusal.BadRequest("lease is not renewable");
            var now = time.GetUtcNow();
            var request = token.Request;
            var (ttl, warning) = TimeToLive.Of(
                increment,
                request.Ttl,
                request.Period,
                request.MaxTtl,
                request.ExplicitMaxTtl,
                now - token.IssuedAt
            );
            (token.ExpiresAt, token.LastRenewal) = (now + ttl, now);
            return (ttl, warning);
        }
    }

    /// <summary>Ends a token whose last use is over.</summary>
    public void EndIfSpent(Token token)
    {
        if (token.UsesLeft < 0)
            Revoke(token);
    }

    public void Revoke(Token token, bool withChildren = true)
    {
        List<Token> ended = [];
        lock (gate)
            Remove(token, withChildren, ended);
        foreach (var one in ended)
            Revoked?.Invoke(one);
    }

    private Token? FindAlive(string id)
    {
        if (!tokens.TryGetValue(Hash(id), out var token) || !CryptographicOperations.FixedTimeEquals(Bytes(token.Id), Bytes(id)))
            return null;
        for (var one = token; one is not null; one = one.Parent)
            if (one.ExpiresAt <= time.GetUtcNow())
                return null;
        return token;
    }

    private static bool Use(Token token)
    {
        if (token.UsesLeft == 0)
            return true;
        if (token.UsesLeft < 0)
            return false;
        token.UsesLeft = token.UsesLeft == 1 ? -1 : token.UsesLeft - 1;
        return true;
    }

    private void Remove(Token token, bool withChildren, List<Token> ended)
    {
        if (!tokens.Remove(Hash(token.Id)))
            return;
        byAccessor.Remove(token.Accessor);
        ended.Add(token);
        foreach (var child in token.Children)
            if (withChildren)
                Remove(child, withChildren, ended);
            else
                child.Parent = null;
    }

    private string Hash(string id) => Convert.ToHexString(HMACSHA256.HashData(hashKey, Bytes(id)));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
