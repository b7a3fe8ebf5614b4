using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Aws.Policies;

/// <summary>
/// An identity-based policy of IAM. What is not understood is refused, since a policy that is read over allows too much or too
/// little.
/// </summary>
internal sealed record PolicyDocument(IReadOnlyList<PolicyStatement> Statements)
{
    private static readonly string[] Members = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

    /// <exception cref="ArgumentException">It is no policy; all faults are named.</exception>
    public static PolicyDocument Parse(string json)
    {
        List<string> faults = [];
        List<PolicyStatement> statements = [];
        try
        {
            var document = JsonNode.Parse(json, null, new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
            if ((string?)document?["Version"] != "2012-10-17")
                faults.Add("Version is 2012-10-17");
            var listed = document?["Statement"] switch
            {
                JsonArray array => array,
                JsonObject one => [one.DeepClone()],
                _ => [],
            };
            if (listed.Count == 0)
                faults.Add("Statement is an object or a list of them");
            foreach (var item in listed)
                statements.Add(Read(item as JsonObject ?? [], faults));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            faults.Add("it is JSON of the shape that IAM takes");
        }
        return faults.Count == 0
            ? new(statements)
            : throw new ArgumentException($"The policy is not understood: {string.Join("; ", faults)}.", nameof(json));
    }

    private static PolicyStatement Read(JsonObject statement, List<string> faults)
    {
        foreach (var name in statement.Select(m => m.Key).Except(Members))
            faults.Add($"{name} is no member of a statement");
        if ((string?)statement["Effect"] is not ("Allow" or "Deny"))
            faults.Add("Effect is Allow or Deny");
        List<PolicyCondition> conditions = [];
        foreach (var (name, keys) in statement["Condition"] as JsonObject ?? [])
        foreach (var (key, values) in keys as JsonObject ?? [])
        {
            if (!PolicyCondition.Operators.Contains(name))
                faults.Add(
                    $"{name} is none of the conditions that are understood: {string.Join(", ", PolicyCondition.Operators)}"
                );
            conditions.Add(new(name, key, Texts(values)));
        }
        return new(
            (string?)statement["Effect"] == "Allow",
            Patterns(statement, "Action", faults),
            Patterns(statement, "Resource", faults),
            conditions
        );
    }

    private static PatternList Patterns(JsonObject statement, string name, List<string> faults)
    {
        var (these, others) = (Texts(statement[name]), Texts(statement["Not" + name]));
        if (these.Count == 0 == (others.Count == 0))
            faults.Add($"a statement has either {name} or Not{name}");
        foreach (var text in these.Concat(others))
            if (name == "Action" && text != "*" && !text.Contains(':', StringComparison.Ordinal))
                faults.Add($"Action '{text}' names a service before a colon");
            else if (name == "Resource" && text != "*" && !text.StartsWith("arn:", StringComparison.Ordinal))
                faults.Add($"Resource '{text}' is * or an ARN");
        return others.Count > 0 ? new(others, Negated: true) : new(these, Negated: false);
    }

    private static List<string> Texts(JsonNode? node) =>
        node switch
        {
            null => [],
            JsonArray array => [.. array.Select(item => item!.GetValue<string>())],
            _ => [node.GetValue<string>()],
        };
}
