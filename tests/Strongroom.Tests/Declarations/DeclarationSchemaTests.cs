using NJsonSchema;

namespace Strongroom.Tests.Declarations;

/// <summary>docs/secrets.schema.json is what an editor checks by; it must say what the reader says.</summary>
public class DeclarationSchemaTests
{
    private static readonly string s_longName = new('a', 513);

    public static TheoryData<string, bool> Documents()
    {
        var documents = new TheoryData<string, bool>
        {
            { """{ "service": "a", "secrets": [] }""", true },
            { """{ "$schema": "x", "service": "execution_gateway", "secrets": [ { "name": "b" } ] }""", true },
            { "[]", false },
            { "{}", false },
            { """{ "secrets": [] }""", false },
            { """{ "service": "a" }""", false },
            { """{ "service": "a", "secrets": {} }""", false },
            { """{ "service": "a", "secrets": [], "other": 1 }""", false },
            { """{ "service": "a", "secrets": [ 1 ] }""", false },
            { """{ "service": "a", "secrets": [ {} ] }""", false },
        };
        foreach (var good in (string[])["a", "a1", "a_b", "a_1"])
            documents.Add($$"""{ "service": "{{good}}", "secrets": [] }""", true);
        foreach (var bad in (string[])["", "A", "1a", "_a", "a_", "a__b", "a-b", "a b", "a\\n", new string('a', 65)])
            documents.Add($$"""{ "service": "{{bad}}", "secrets": [] }""", false);
        foreach (var good in (string[])["a", "a/b_c", "7", "=a", "a..b", "a+", "A/B@c.d"])
            documents.Add(Entry($"\"name\": \"{good}\""), true);
        foreach (
            var bad in (string[])
                [
                    "",
                    "/a",
                    "a/",
                    "a//b",
                    "..",
                    "a/../b",
                    ".a",
                    "a.",
                    "+a",
                    "_",
                    "a b",
                    "a\\u0000",
                    "a\\n",
                    "a\\u00e9",
                    "a#b",
                    "a#*",
                    s_longName,
                ]
        )
            documents.Add(Entry($"\"name\": \"{bad}\""), false);
        documents.Add(Entry("\"name\": 1"), false);
        documents.Add(Entry("\"name\": null"), false);

        foreach (
            var good in (string[])
                [
                    "\"at\": \"x/y\"",
                    "\"at\": \"x#y\"",
                    "\"at\": \"x#*\"",
                    "\"at\": \"rds!cluster-1a2b\"",
                    "\"at\": \"/prod/app:1\"",
                    "\"at\": \"x#tls.crt\"",
                    "\"at\": \"x#.dockerconfigjson\"",
                    "\"at\": \".a/b.\"",
                    "\"bundle\": \"x\"",
                    "\"bundle\": \"x/y\"",
                    "\"access\": [\"read\"]",
                    "\"access\": [\"read\", \"write\", \"delete\"]",
                    "\"required\": false",
                    "\"sendTo\": []",
                    "\"sendTo\": [\"https://paper-api.alpaca.markets\"]",
                    "\"sendTo\": [\"postgres://db.internal:5432\", \"redis://cache/\"]",
                    "\"onLoss\": \"halt\"",
                    "\"onLoss\": \"degrade\"",
                    "\"configurationKey\": \"A:B\"",
                ]
        )
            documents.Add(Entry($"\"name\": \"n\", {good}"), true);
        foreach (
            var bad in (string[])
                [
                    "\"at\": \"x#\"",
                    "\"at\": \"x#y#z\"",
                    "\"at\": \"x#y/z\"",
                    "\"at\": \"#y\"",
                    "\"at\": \"/\"",
                    "\"at\": \"//a\"",
                    "\"at\": \"a/../b\"",
                    "\"at\": \"a*\"",
                    "\"at\": \"a~pending\"",
                    "\"at\": \"+\"",
                    "\"at\": \"a?b\"",
                    "\"bundle\": \"a!b\"",
                    "\"at\": 1",
                    "\"bundle\": \"\"",
                    "\"bundle\": \"a b\"",
                    "\"bundle\": \"x#y\"",
                    "\"access\": []",
                    "\"access\": \"read\"",
                    "\"access\": [\"all\"]",
                    "\"access\": [1]",
                    "\"access\": null",
                    "\"required\": \"true\"",
                    "\"required\": null",
                    "\"sendTo\": \"https://a\"",
                    "\"sendTo\": [\"a.example\"]",
                    "\"sendTo\": [\"https://a/path\"]",
                    "\"sendTo\": [\"https://a?x\"]",
                    "\"sendTo\": [\"https://a?\"]",
                    "\"sendTo\": [\"https://a#\"]",
                    "\"sendTo\": [\"https://u@a\"]",
                    "\"sendTo\": [\"https://a/..\"]",
                    "\"sendTo\": [\"https://\"]",
                    "\"sendTo\": [\"file:///etc\"]",
                    "\"sendTo\": [\"https://a\\n\"]",
                    "\"sendTo\": [1]",
                    "\"onLoss\": \"Halt\"",
                    "\"onLoss\": 1",
                    "\"onLoss\": \"\"",
                    "\"configurationKey\": \"\"",
                    "\"configurationKey\": 1",
                    "\"other\": 1",
                ]
        )
            documents.Add(Entry($"\"name\": \"n\", {bad}"), false);
        return documents;
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Schema_and_reader_agree(string json, bool good)
    {
        var schema = await JsonSchema.FromFileAsync(
            Path.Combine(AppContext.BaseDirectory, "secrets.schema.json"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(good, Reads(json));
        Assert.Equal(good, schema.Validate(json).Count == 0);
    }

    private static string Entry(string properties) => $$"""{ "service": "a", "secrets": [ { {{properties}} } ] }""";

    private static bool Reads(string json)
    {
        try
        {
            SecretDeclaration.Parse(json);
            return true;
        }
        catch (SecretConfigurationException)
        {
            return false;
        }
    }
}
