using System.Text.Json;

namespace Strongroom.Testing.Vault;

/// <summary>Reads policies in HCL or JSON: paths and their capabilities. What else a rule may say is read over.</summary>
internal static class PolicyParser
{
    public static IReadOnlyList<(string Path, Capability Granted)> Parse(string text)
    {
        var root = text.TrimStart().StartsWith('{') ? FromJson(text) : new HclReader(text).ReadAll();
        List<(string, Capability)> rules = [];
        foreach (var (key, value) in root)
        {
            if (key is "name")
                continue;
            if (key is not "path" || value is not List<KeyValuePair<string, object?>> paths)
                throw new FormatException($"unknown key \"{key}\"");
            rules.AddRange(
                paths.Select(p => (Path(p.Key), Granted(p.Key, p.Value as List<KeyValuePair<string, object?>> ?? [])))
            );
        }
        return rules;
    }

    private static string Path(string path)
    {
        var relative = path.TrimStart('/');
        if (relative.Contains("+*", StringComparison.Ordinal))
            throw new FormatException($"path \"{path}\": invalid use of wildcards ('+*' is forbidden)");
        return relative;
    }

    private static Capability Granted(string path, List<KeyValuePair<string, object?>> rule)
    {
        var granted = Capability.None;
        foreach (var (key, value) in rule)
            granted |= (key, value) switch
            {
                ("capabilities", List<object?> names) => names.Aggregate(Capability.None, (sum, name) =>
                    sum | One(path, name as string ?? "")
                ),
                ("policy", "read") => Capability.Read | Capability.List,
                ("policy", "write") => Capability.Create
                    | Capability.Read
                    | Capability.Update
                    | Capability.Delete
                    | Capability.List,
                ("policy", "sudo") => Capability.Create
                    | Capability.Read
                    | Capability.Update
                    | Capability.Delete
                    | Capability.List
                    | Capability.Sudo,
                ("policy", "deny") => Capability.Deny,
                ("capabilities" or "policy", _) => throw new FormatException($"path \"{path}\": invalid {key}"),
                _ => Capability.None,
            };
        return granted;
    }

    private static Capability One(string path, string name) =>
        CapabilityNames.Parse(name) ?? throw new FormatException($"path \"{path}\": invalid capability \"{name}\"");

    private static List<KeyValuePair<string, object?>> FromJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return Convert(json.RootElement) as List<KeyValuePair<string, object?>> ?? throw new FormatException("not an object");
        }
        catch (JsonException)
        {
            throw new FormatException("not valid JSON");
        }
    }

    private static object? Convert(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Convert(p.Value))).ToList(),
            JsonValueKind.Array => json.EnumerateArray().Select(Convert).ToList(),
            JsonValueKind.String => json.GetString(),
            _ => json.GetRawText(),
        };
}
