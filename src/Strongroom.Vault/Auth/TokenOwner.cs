using System.Text.Json;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Auth;

/// <summary>Whom the token belongs to: the name that the login gave it, and what the login's method knows besides.</summary>
internal sealed class TokenOwner(AuthorizedClient client)
{
    /// <summary>What the methods call the one who logged in; userpass and LDAP put it into the display name.</summary>
    private static readonly string[] s_names = ["username", "role_name", "role", "service_account_name"];

    /// <summary>Null where Vault does not tell, as to a token without the policy <c>default</c>.</summary>
    internal async ValueTask<string?> AskAsync(CancellationToken ct)
    {
        using var reply = await client.AskAsync(VaultRequest.Get("auth/token/lookup-self"), ct).ConfigureAwait(false);
        var data = reply.IsSuccess ? VaultReply.Object(reply.Root, "data") : default;
        if (VaultReply.Text(data, "display_name") is not { Length: > 0 } name)
            return null;
        var detail = Detail(VaultReply.Object(data, "meta"));
        if (detail is not null && !name.Contains(detail, StringComparison.Ordinal))
            name = $"{name}/{detail}";
        return VaultReply.Text(data, "entity_id") is { Length: > 0 } entity ? $"{name} (entity {entity})" : name;
    }

    /// <summary>What Vault's clock says; null where it does not. A token that is none is an error here.</summary>
    internal async ValueTask<DateTimeOffset?> GetTimeAsync(CancellationToken ct)
    {
        using var reply = await client
            .SendAsync(VaultRequest.Get("auth/token/lookup-self") with { AsksTime = true }, ct)
            .ConfigureAwait(false);
        return reply.Date;
    }

    private static string? Detail(JsonElement meta) =>
        s_names.Select(name => VaultReply.Text(meta, name)).FirstOrDefault(text => !string.IsNullOrEmpty(text));
}
