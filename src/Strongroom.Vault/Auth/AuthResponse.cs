using System.Text.Json;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Auth;

/// <summary>The <c>auth</c> part of a login or a renewal. A class, so that nothing prints its token.</summary>
internal sealed class AuthResponse
{
    private AuthResponse(string token, TimeSpan life, bool isRenewable)
    {
        Token = token;
        Life = life;
        IsRenewable = isRenewable;
    }

    internal string Token { get; }

    /// <summary>Zero: it does not end.</summary>
    internal TimeSpan Life { get; }

    internal bool IsRenewable { get; }

    internal static AuthResponse? Read(JsonElement root)
    {
        var auth = VaultReply.Object(root, "auth");
        if (
            VaultReply.Text(auth, "client_token") is not { Length: > 0 } token
            || token.AsSpan().ContainsAnyExceptInRange('!', '~')
        )
            return null;
        return new AuthResponse(token, Seconds(auth, "lease_duration"), Flag(auth, "renewable"));
    }

    /// <summary>The result of a token's lookup of itself.</summary>
    internal static (TimeSpan Life, bool IsRenewable) ReadLookup(JsonElement root)
    {
        var data = VaultReply.Object(root, "data");
        return (Seconds(data, "ttl"), Flag(data, "renewable"));
    }

    private static TimeSpan Seconds(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var found)
        && found.ValueKind == JsonValueKind.Number
        && found.TryGetInt64(out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue))
            : TimeSpan.Zero;

    private static bool Flag(JsonElement element, string name) =>
        element.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.True;
}
