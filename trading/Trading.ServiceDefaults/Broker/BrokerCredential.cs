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
    [
        new("APCA-API-KEY-ID", secrets[KeyId].Value.Reveal()),
        new("APCA-API-SECRET-KEY", secrets[SecretKey].Value.Reveal()),
    ];

    /// <summary>Both of the broker's APIs say 401 with a JSON object that has a message.</summary>
    internal static bool IsRejection(HttpResponseMessage response, ReadOnlyMemory<byte> body) => RejectionForms.HasText(response, body, "message");

    internal static CredentialBinding BindingOf(IServiceProvider services) => new(
        services.GetRequiredService<SecretDeclaration>(), Names, services.GetRequiredService<StrongroomWebOptions>().DecidedEnvironment);
}
