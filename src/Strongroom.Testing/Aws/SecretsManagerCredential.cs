namespace Strongroom.Testing;

/// <summary>Keys that a <see cref="SecretsManagerServer"/> has issued. They print without what is secret in them.</summary>
/// <param name="AccessKeyId">Names them.</param>
/// <param name="SecretAccessKey">Signs with them.</param>
/// <param name="SessionToken">Sent with each request of temporary ones. Default null: they are permanent.</param>
/// <param name="Expiration">When temporary ones end.</param>
public sealed record SecretsManagerCredential(
    string AccessKeyId,
    string SecretAccessKey,
    string? SessionToken = null,
    DateTimeOffset? Expiration = null
)
{
    /// <summary>The access key id alone.</summary>
    public override string ToString() => AccessKeyId;
}
