using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Strongroom;
using Strongroom.AspNetCore;

namespace Trading.ServiceDefaults;

/// <summary>The broker's key pair: its names, how it is sent, and how the broker rejects it.</summary>
internal static class BrokerCredential
{
    internal static readonly SecretName KeyId = SecretName.Parse("alpaca/api_key_id");
    internal static readonly SecretName SecretKey = SecretName.Parse("alpaca/api_secret_key");

    internal static IReadOnlyList<SecretName> Names { get; } = [KeyId, SecretKey];

    internal static IEnumerable<KeyValuePair<string, string>> HeadersOf(SecretSet secrets) =>
        [new("APCA-API-KEY-ID", secrets[KeyId].Value.Reveal()), new("APCA-API-SECRET-KEY", secrets[SecretKey].Value.Reveal())];

    /// <summary>Both of the broker's APIs answer 401 with a JSON object that has a message.</summary>
    internal static bool IsRejection(HttpResponseMessage response, ReadOnlyMemory<byte> body) =>
        RejectionForms.HasText(response, body, "message");

    /// <summary>
    /// The trading API also answers 403 to a pair that it does not accept: a message and no code. With a code it is about the
    /// order, and at the data API it may be a subscription that is missing.
    /// </summary>
    internal static bool IsSuspicion(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        if (!RejectionForms.HasText(response, body, "message"))
            return false;
        using var document = JsonDocument.Parse(body);
        return !document.RootElement.TryGetProperty("code", out var code) || code.ValueKind == JsonValueKind.Null;
    }

    internal static CredentialBinding BindingOf(IServiceProvider services) =>
        new(
            services.GetRequiredService<SecretDeclaration>(),
            Names,
            services.GetRequiredService<StrongroomWebOptions>().DecidedEnvironment
        );
}
