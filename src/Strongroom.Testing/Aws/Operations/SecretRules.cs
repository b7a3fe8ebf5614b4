using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>Names, tokens and tags as the service takes them.</summary>
internal static class SecretRules
{
    private const int MostTags = 50;

    public static string SecretId(Parameters parameters)
    {
        var id = parameters.Required("SecretId", 1, 2048);
        return SecretArn.TryParse(id, out _) ? id : Spelled(id);
    }

    public static string Name(Parameters parameters) => Spelled(parameters.Required("Name", 1, 512));

    public static string Spelled(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || "/_+=.@-!".Contains(c, StringComparison.Ordinal))
            ? name
            : throw AwsError.Validation(
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
            );

    // A token becomes the version's id. SDKs make one up; a bare HTTP client has to.
    public static string Token(Parameters parameters) =>
        parameters.Text("ClientRequestToken", 32, 64)
        ?? throw AwsError.Request("You must provide a ClientRequestToken value. We recommend a UUID-type value.");

    public static string? VersionId(Parameters parameters, string name) => parameters.Text(name, 32, 64);

    public static IReadOnlyList<KeyValuePair<string, string>> Tags(Parameters parameters) =>
        [
            .. (parameters.Objects("Tags", 0) ?? []).Select(tag =>
                KeyValuePair.Create(tag.Required("Key", 1, 128), tag.Text("Value", 0, 256) ?? "")
            ),
        ];

    public static void SetTags(StoredSecret secret, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        if (tags.Any(t => t.Key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)))
            throw AwsError.Parameter("A tag key can't start with aws:.");
        if (secret.Tags.Select(t => t.Key).Union(tags.Select(t => t.Key)).Count() > MostTags)
            throw AwsError.Parameter($"A secret can't have more than {MostTags} tags.");
        foreach (var tag in tags)
        {
            secret.Tags.RemoveAll(t => t.Key == tag.Key);
            secret.Tags.Add(tag);
        }
    }
}
