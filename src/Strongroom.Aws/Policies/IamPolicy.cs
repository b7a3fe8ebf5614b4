using System.Text;
using System.Text.Json;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace Strongroom.Aws.Policies;

/// <summary>
/// The least IAM policy with which a service runs, from its declaration: each secret by its ARN, no wildcards over names.
/// </summary>
/// <remarks>
/// AWS ends the ARN of a secret in a hyphen and six characters of its own, so each ends with six <c>?</c>: as exact as possible
/// for a secret that may not exist yet. One that the service may write is listed without them too, since AWS requires that
/// until it exists. <c>BatchGetSecretValue</c> supports no resources; it reads nothing that <c>GetSecretValue</c> does not
/// allow.
/// </remarks>
public static class IamPolicy
{
    private const string Suffix = "-??????";

    private static readonly string[] s_read = ["GetSecretValue"];
    private static readonly string[] s_change =
    [
        "GetSecretValue",
        "DescribeSecret",
        "CreateSecret",
        "PutSecretValue",
        "UpdateSecretVersionStage",
        "ListSecretVersionIds",
    ];
    private static readonly string[] s_delete = ["DeleteSecret", "RestoreSecret"];

    /// <summary>The policy as IAM JSON, ready for <c>aws iam put-role-policy</c>.</summary>
    /// <param name="declaration">The service's declaration.</param>
    /// <param name="namespace">SECRET_NAMESPACE, such as <c>prod/</c>; empty if there is none.</param>
    /// <param name="region">The region of the secrets.</param>
    /// <param name="account">The account, twelve digits.</param>
    /// <param name="kmsKey">The ARN or the id of the customer's key that the secrets are encrypted with; null where it is the
    /// account's own <c>aws/secretsmanager</c>, which needs no permission.</param>
    /// <exception cref="ArgumentException">The account is invalid, or the key is an alias.</exception>
    public static string For(
        SecretDeclaration declaration,
        string @namespace,
        string region,
        string account,
        string? kmsKey = null
    )
    {
        ArgumentNullException.ThrowIfNull(declaration);
        ArgumentNullException.ThrowIfNull(@namespace);
        ArgumentException.ThrowIfNullOrEmpty(region);
        if (account is not { Length: 12 } || account.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new ArgumentException("An AWS account is twelve digits.", nameof(account));
        var partition = Fn.Partition(region).name;
        var secrets = Places(declaration, @namespace)
            .ConvertAll(location =>
                (Arn: $"arn:{partition}:secretsmanager:{region}:{account}:secret:{location.Path}{Suffix}", location.Access)
            );
        var statements = new List<Statement>();
        // Changing one field requires reading the others to keep them.
        Add(statements, "Read", s_read, secrets.Where(secret => secret.Access == SecretAccess.Read).Select(secret => secret.Arn));
        Add(
            statements,
            "Change",
            s_change,
            secrets
                .Where(secret => Changes(secret.Access))
                .SelectMany(secret => new[] { secret.Arn[..^Suffix.Length], secret.Arn })
        );
        Add(
            statements,
            "Delete",
            s_delete,
            secrets.Where(secret => secret.Access.HasFlag(SecretAccess.Delete)).Select(secret => secret.Arn)
        );
        if (secrets.Count > 0)
            Add(statements, "Batch", ["BatchGetSecretValue"], ["*"]);
        if (kmsKey is not null && secrets.Count > 0)
            statements.Add(
                KeyStatement(
                    KeyArn(kmsKey, partition, region, account),
                    region,
                    Fn.Partition(region).dnsSuffix,
                    secrets.Exists(secret => Changes(secret.Access))
                )
            );
        return Write(statements);
    }

    /// <summary>Each secret of a declaration with all that may be done to it, in order.</summary>
    internal static List<(string Path, SecretAccess Access)> Places(SecretDeclaration declaration, string @namespace) =>
        [
            .. declaration
                .Secrets.GroupBy(secret => @namespace + secret.StoredName.Path, StringComparer.Ordinal)
                .Select(location =>
                    (Path: location.Key, Access: location.Aggregate(SecretAccess.None, (all, secret) => all | secret.Access))
                )
                .Where(location => location.Access != SecretAccess.None)
                .OrderBy(location => location.Path, StringComparer.Ordinal),
        ];

    /// <summary>The operations that an access takes.</summary>
    internal static string[] OperationsOf(SecretAccess access) =>
        [.. Changes(access) ? s_change : s_read, .. access.HasFlag(SecretAccess.Delete) ? s_delete : []];

    private static bool Changes(SecretAccess access) => access.HasFlag(SecretAccess.Write) || access.HasFlag(SecretAccess.Delete);

    private static void Add(List<Statement> statements, string id, IEnumerable<string> operations, IEnumerable<string> resources)
    {
        string[] all = [.. resources];
        if (all.Length > 0)
            statements.Add(new Statement(id, [.. operations.Select(operation => $"secretsmanager:{operation}")], all, null));
    }

    /// <summary>The key may be used for secrets only, and not by hand.</summary>
    private static Statement KeyStatement(string key, string region, string suffix, bool changes) =>
        new(
            "Key",
            changes ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"],
            [key],
            $"secretsmanager.{region}.{suffix}"
        );

    private static string KeyArn(string key, string partition, string region, string account) =>
        key switch
        {
            _ when key.StartsWith("arn:", StringComparison.Ordinal) && !key.Contains(":alias/", StringComparison.Ordinal) => key,
            _ when key.Contains("alias/", StringComparison.Ordinal) => throw new ArgumentException(
                "A policy cannot reference an alias: name the key by its ARN or id ('aws kms describe-key --key-id alias/…' "
                    + "shows them).",
                nameof(key)
            ),
            _ => $"arn:{partition}:kms:{region}:{account}:key/{key}",
        };

    private static string Write(List<Statement> statements)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("Version", "2012-10-17");
            json.WriteStartArray("Statement");
            foreach (var statement in statements)
            {
                json.WriteStartObject();
                json.WriteString("Sid", statement.Id);
                json.WriteString("Effect", "Allow");
                WriteList(json, "Action", statement.Actions);
                WriteList(json, "Resource", statement.Resources);
                if (statement.ViaService is { } service)
                {
                    json.WriteStartObject("Condition");
                    json.WriteStartObject("StringEquals");
                    json.WriteString("kms:ViaService", service);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteList(Utf8JsonWriter json, string name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private sealed record Statement(string Id, string[] Actions, string[] Resources, string? ViaService);
}
