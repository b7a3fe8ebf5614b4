using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Strongroom.Testing.Aws.Signing;

/// <summary>All credentials, by access key id.</summary>
internal sealed class CredentialStore(string account)
{
    private const string IdCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const string SecretCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private readonly ConcurrentDictionary<string, Credential> all = new(StringComparer.Ordinal);

    public Credential? Find(string accessKeyId) => all.GetValueOrDefault(accessKeyId);

    public bool Remove(string accessKeyId) => all.TryRemove(accessKeyId, out _);

    public SecretsManagerCredential Issue(string? accessKeyId = null, string? secretAccessKey = null)
    {
        var userId = Id("AIDA");
        return Add(
            new(accessKeyId ?? Id("AKIA"), secretAccessKey ?? Secret(40)),
            $"arn:aws:iam::{account}:user/{userId[^6..]}",
            userId
        );
    }

    public SecretsManagerCredential IssueTemporary(DateTimeOffset expiration)
    {
        var (role, session) = (Id("AROA"), Id("s")[..7]);
        return Add(
            new(Id("ASIA"), Secret(40), Secret(356), expiration),
            $"arn:aws:sts::{account}:assumed-role/{role[^6..]}/{session}",
            $"{role}:{session}"
        );
    }

    private SecretsManagerCredential Add(SecretsManagerCredential keys, string arn, string userId)
    {
        all[keys.AccessKeyId] = new Credential(keys, arn, userId);
        return keys;
    }

    private static string Id(string prefix) => prefix + RandomNumberGenerator.GetString(IdCharacters, 16);

    private static string Secret(int length) => RandomNumberGenerator.GetString(SecretCharacters, length);
}
