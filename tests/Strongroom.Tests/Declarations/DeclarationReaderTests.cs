namespace Strongroom.Tests.Declarations;

public class DeclarationReaderTests
{
    [Fact]
    public void Parse_full_entry_reads_every_property()
    {
        var declaration = SecretDeclaration.Parse(
            """
            { "service": "execution_gateway",
              "secrets": [ { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca",
                             "access": ["read", "write"],
                             "required": false, "sendTo": ["https://paper-api.alpaca.markets"], "onLoss": "halt",
                             "configurationKey": "Alpaca:Key" } ] }
            """
        );
        Assert.Equal("execution_gateway", declaration.Service);
        var secret = Assert.Single(declaration.Secrets);
        Assert.Equal("alpaca/api_key_id", secret.Name.ToString());
        Assert.Equal("alpaca/credentials#api_key_id", secret.StoredName.ToString());
        Assert.Equal("alpaca", secret.Bundle);
        Assert.Equal(SecretAccess.Read | SecretAccess.Write, secret.Access);
        Assert.False(secret.Required);
        Assert.Equal("https://paper-api.alpaca.markets/", Assert.Single(secret.SendTo).AbsoluteUri);
        Assert.Equal(LossEffect.Halt, secret.OnLoss);
        Assert.Equal("Alpaca:Key", secret.ConfigurationKey);
        Assert.Same(secret, declaration.Find(SecretName.Parse("alpaca/api_key_id")));
        Assert.Null(declaration.Find(SecretName.Parse("alpaca/other")));
    }

    [Fact]
    public void Parse_bare_entry_takes_defaults()
    {
        var secret = Assert.Single(
            SecretDeclaration.Parse("""{ "service": "a", "secrets": [ { "name": "db/password" } ] }""").Secrets
        );
        Assert.Equal(secret.Name, secret.StoredName);
        Assert.Equal("db/password", secret.Bundle);
        Assert.Equal(SecretAccess.Read, secret.Access);
        Assert.True(secret.Required);
        Assert.Empty(secret.SendTo);
        Assert.Equal(LossEffect.Degrade, secret.OnLoss);
        Assert.Null(secret.ConfigurationKey);
    }

    [Fact]
    public void Parse_bundle_takes_the_gravest_effect_of_its_names()
    {
        var bundle = Assert.Single(
            SecretDeclaration
                .Parse(
                    """
                    { "service": "a", "secrets": [
                      { "name": "db/user", "at": "db/login#user", "bundle": "db", "required": false },
                      { "name": "db/password", "at": "db/login#password", "bundle": "db", "onLoss": "halt" } ] }
                    """
                )
                .Bundles
        );
        Assert.Equal("db", bundle.Id);
        Assert.Equal("db/login", bundle.Path.ToString());
        Assert.Equal(2, bundle.Secrets.Count);
        Assert.Equal(LossEffect.Halt, bundle.OnLoss);
        Assert.True(bundle.Required);
    }

    [Fact]
    public void Parse_comments_trailing_commas_and_a_byte_order_mark_are_fine()
    {
        var json = """
            { // what it needs
              "$schema": "../docs/secrets.schema.json", "service": "a", "secrets": [ { "name": "b", }, ], }
            """;
        Assert.Single(SecretDeclaration.Parse("\ufeff" + json).Secrets);
    }

    [Fact]
    public void Parse_many_faults_lists_all_with_their_places()
    {
        var fault = Assert.Throws<SecretConfigurationException>(() =>
            SecretDeclaration.Parse(
                """
                { "service": "a", "extra": 1, "secrets": [
                  { "name": "a b" }, { "at": "x" }, 7,
                  { "name": "c", "access": [], "onLoss": "explode", "required": "yes", "sendTo": ["nowhere"] } ] }
                """,
                "my.json"
            )
        );
        Assert.Equal(SecretErrorCode.DeclarationInvalid, fault.Code);
        string[] expected =
        [
            "the document has a property that is not known",
            "secrets[0].name: Segment 1",
            "secrets[1].name is missing",
            "secrets[2] is not an object",
            "secrets[3].access",
            "secrets[3].onLoss",
            "secrets[3].required",
            "secrets[3].sendTo[0]",
        ];
        Assert.Equal(expected.Length, fault.Faults.Count);
        foreach (var part in expected)
            Assert.Contains(fault.Faults, one =>
                one.StartsWith("my.json: ", StringComparison.Ordinal) && one.Contains(part, StringComparison.Ordinal)
            );
    }

    [Theory]
    [InlineData("""{ "service": "a", "secrets": [ { "name": "b" }, { "name": "b" } ] }""", "declared 2 times")]
    [InlineData(
        """{ "service": "a", "secrets": [ { "name": "b", "bundle": "x" }, { "name": "c", "bundle": "x" } ] }""",
        "must share one"
    )]
    [InlineData(
        """
            { "service": "a",
              "secrets": [ { "name": "b", "at": "s#b", "bundle": "x" }, { "name": "c", "at": "s#c", "bundle": "y" } ] }
            """,
        "2 bundles"
    )]
    public void Parse_entries_that_contradict_each_other_are_refused(string json, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<SecretConfigurationException>(() => SecretDeclaration.Parse(json)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Parse_faults_never_quote_the_text()
    {
        var pasted = System.Security.Cryptography.RandomNumberGenerator.GetHexString(24) + "!";
        string[] documents =
        [
            $$"""{ "service": "{{pasted}}", "secrets": [] }""",
            $$"""{ "{{pasted}}": 1, "service": "a", "secrets": [] }""",
            $$"""{ "service": "a", "secrets": [ { "name": "{{pasted}}" } ] }""",
            $$"""{ "service": "a", "secrets": [ { "name": "b", "at": "{{pasted}}" } ] }""",
            $$"""
                { "service": "a",
                  "secrets": [ { "name": "b", "bundle": "{{pasted}}" }, { "name": "c", "bundle": "{{pasted}}" } ] }
                """,
            $$"""{ "service": "a", "secrets": [ { "name": "b", "access": ["{{pasted}}"] } ] }""",
            $$"""{ "service": "a", "secrets": [ { "name": "b", "onLoss": "{{pasted}}" } ] }""",
            $$"""{ "service": "a", "secrets": [ { "name": "b", "sendTo": ["https://user:{{pasted}}@host"] } ] }""",
            $$"""{ "service": "a", "secrets": [ { "name": "b", "{{pasted}}": 1 } ] }""",
            $$"""{ "service": "a", "secrets": {{pasted}} }""",
            $$"""{ "service": "a", "secrets": [ "{{pasted}}" ] }""",
        ];
        foreach (var document in documents)
        {
            var fault = Assert.Throws<SecretConfigurationException>(() => SecretDeclaration.Parse(document));
            Assert.DoesNotContain(pasted[..^1], fault.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("""{ "service": "\ud800", "secrets": [] }""")]
    [InlineData("""{ "\ud800": 1, "service": "a", "secrets": [] }""")]
    [InlineData("""{ "service": "a", "secrets": [ { "name": "\udc00" } ] }""")]
    [InlineData("""{ "service": "a", "secrets": [ { "name": "b", "access": ["\ud800"] } ] }""")]
    [InlineData("""{ "service": "a", "secrets": [ { "name": "b", "sendTo": ["https://\ud800"] } ] }""")]
    public void Parse_half_a_surrogate_pair_is_a_fault_like_any_other(string json) =>
        Assert.Throws<SecretConfigurationException>(() => SecretDeclaration.Parse(json));

    [Fact]
    public void Parse_broken_utf8_is_a_fault_like_any_other()
    {
        byte[] json = [.. """{ "service": "a", "secrets": [ { "name": "b"""u8, 0xff, .. "\" } ] }"u8];
        Assert.Throws<SecretConfigurationException>(() => SecretDeclaration.Parse(json));
    }

    [Fact]
    public void Load_missing_file_says_where_and_what_to_do()
    {
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "secrets.json");
        var fault = Assert.Throws<SecretConfigurationException>(() => SecretDeclaration.Load(path));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("SECRET_DECLARATION", fault.Message, StringComparison.Ordinal);
    }
}
