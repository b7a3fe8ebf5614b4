using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Tests.Vault.Contract;

/// <summary>
/// Other names, values and mounts for the recorded exchanges, made at run time: what the script asks and what the real server
/// answered are renamed alike. Names that are listed together keep their order.
/// </summary>
internal sealed class ContractNames
{
    private readonly List<(string Old, string New)> both;

    // Where the text alone would be found in the wrong places too.
    private readonly List<(string Old, string New)> scriptOnly;
    private readonly List<(string Old, string New)> bodyOnly;

    public ContractNames()
    {
        var empty = "e" + Random();
        both =
        [
            ("alpaca", "a" + Random()),
            ("database/", $"d{Random()}/"),
            ("api_key_id", "f_" + Random()),
            ("api_secret_key", "g_" + Random()),
            ("secret/", $"team/{Random()}/"),
            ("reader", "w_" + Random()),
            ("signal_service", "s_" + Random()),
            ("trader", User),
            ("PK-fixture-", Random()),
            ("fixturesecret", Random()),
            ("v1secret", Random()),
            ("nomount", Random()),
            ("nothing", Random()),
            ("nothere", Random()),
            ("kv1", "k" + Random()),
            ("tiny", Random()),
            ("auth/approle", "auth/" + Random()),
            ("auth/kubernetes", "auth/" + Random()),
            ("5432", "6543"),
        ];
        scriptOnly =
        [
            ("kv1/database\"", $"kv1/{both[1].New[..^1]}\""),
            ("data/empty\"", $"data/{empty}\""),
            ("sys/mounts/database\"", $"sys/mounts/{both[1].New[..^1]}\""),
        ];
        bodyOnly = [("empty", empty)];
    }

    /// <summary>The login role that the database has to have.</summary>
    public string User { get; } = "t_" + Random();

    /// <summary>Where KV version 2 has to be mounted.</summary>
    public string Mount => New("secret/").TrimEnd('/');

    // Its own renaming must not meet the server's address.
    public string Script(string script) => Apply(Apply(script, scriptOnly), both);

    public string Answers(string exchanges)
    {
        var json = JsonNode.Parse(exchanges)!.AsObject();
        foreach (var exchange in json["exchanges"]!.AsArray())
        {
            exchange!["name"] = Apply((string)exchange["name"]!, both);
            exchange["response"]!["body"] = Renamed(exchange["response"]!["body"]);
        }
        return json.ToJsonString();
    }

    private JsonNode? Renamed(JsonNode? node) =>
        node switch
        {
            JsonObject map => new JsonObject(map.Select(e => KeyValuePair.Create(Apply(e.Key, both), Renamed(e.Value)))),
            JsonArray list => new JsonArray([.. list.Select(Renamed)]),
            JsonValue value when value.TryGetValue<string>(out var text) => bodyOnly.Find(b => b.Old == text)
                is { New: { } whole }
                ? whole
                : Apply(text, both),
            JsonValue value when value.ToJsonString() == "5432" => JsonNode.Parse(New("5432")),
            _ => node?.DeepClone(),
        };

    private string New(string old) => both.Find(b => b.Old == old).New;

    private static string Apply(string text, List<(string Old, string New)> renames) =>
        renames.Aggregate(text, (t, r) => t.Replace(r.Old, r.New, StringComparison.Ordinal));

    private static string Random() => RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz", 8);
}
