using System.Text.Json.Nodes;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>Lists, which lag, and are cut into pages.</summary>
internal sealed class ListOperations(SecretStore store, PageTokens pages)
{
    public JsonObject List(ServerCall call)
    {
        var parameters = call.Parameters;
        call.Require("secretsmanager:ListSecrets", "*");
        var filters = SecretFilter.Read(parameters) ?? [];
        var entries = SecretFilter.Apply(store.Lists.Entries(call.Region, store.Now), filters);
        if (!parameters.Flag("IncludePlannedDeletion"))
            entries = entries.Where(e => e["DeletedDate"] is null);
        var (page, next) = pages.Take(Sorted(entries, parameters), parameters, 100, 100, call.Region);
        JsonObject answer = new() { ["SecretList"] = new JsonArray([.. page.Select(e => e.DeepClone())]) };
        if (next is not null)
            answer["NextToken"] = next;
        return answer;
    }

    private static List<JsonObject> Sorted(IEnumerable<JsonObject> entries, Parameters parameters)
    {
        var by = parameters.Text("SortBy") switch
        {
            null or "created-date" => "CreatedDate",
            "last-accessed-date" => "LastAccessedDate",
            "last-changed-date" => "LastChangedDate",
            "name" => "Name",
            _ => throw Parameters.Constraint(
                "SortBy",
                "Member must satisfy enum value set: [created-date, last-accessed-date, last-changed-date, name]"
            ),
        };
        var order = parameters.Text("SortOrder") ?? "asc";
        if (order is not ("asc" or "desc"))
            throw Parameters.Constraint("SortOrder", "Member must satisfy enum value set: [asc, desc]");
        var sorted =
            by == "Name"
                ? entries.OrderBy(e => (string)e["Name"]!, StringComparer.Ordinal).ToList()
                : entries.OrderBy(e => (decimal?)e[by] ?? 0).ToList();
        if (order == "desc")
            sorted.Reverse();
        return sorted;
    }
}
