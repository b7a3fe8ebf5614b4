using Strongroom.Testing.Aws.Policies;

namespace Strongroom.Testing.Aws.Signing;

/// <summary>Keys that the server knows, and what they may do.</summary>
internal sealed class Credential(SecretsManagerCredential keys, string arn, string userId)
{
    private long expires = (keys.Expiration ?? DateTimeOffset.MaxValue).UtcTicks;

    public SecretsManagerCredential Keys => keys;

    public string Arn => arn;

    public string UserId => userId;

    public AccessRules Access { get; } = new();

    public DateTimeOffset Expires
    {
        get => new(Volatile.Read(ref expires), TimeSpan.Zero);
        set => Volatile.Write(ref expires, value.UtcTicks);
    }
}

/// <summary>Who signed a request, and for which region and service.</summary>
internal sealed record Signer(Credential Credential, string Region, string Service);
