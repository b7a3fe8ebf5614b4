using Strongroom.Cli.Tests.Support;

namespace Strongroom.Cli.Tests.Policies;

public class PolicyCommandTests
{
    private const string Declaration = """
        { "service": "gateway", "secrets": [
          { "name": "alpaca/id", "at": "alpaca/pair#id", "bundle": "alpaca" },
          { "name": "redis/password", "access": ["read", "write"] } ] }
        """;

    [Fact]
    public async Task Check_of_a_token_with_the_printed_policy_finds_nothing()
    {
        await using var fixture = await OpenAsync();
        var printed = await RunAsync(fixture, "policy", "gateway", "--backend", "vault");
        fixture.Variables["VAULT_TOKEN"] = await LimitedToken.CreateAsync(
            fixture,
            printed.Output + "path \"sys/capabilities-self\" { capabilities = [\"update\"] }\n"
        );

        var check = await RunAsync(fixture, "policy", "gateway", "--check", "--output", "json");

        Assert.Equal((ExitCodes.Done, ""), (check.ExitCode, check.Error));
        Assert.Contains("\"missing\":[],\"excessive\":[]", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_a_token_with_another_policy_names_what_is_missing_and_what_is_too_much()
    {
        await using var fixture = await OpenAsync();
        fixture.Variables["VAULT_TOKEN"] = await LimitedToken.CreateAsync(
            fixture,
            """
            path "sys/capabilities-self" { capabilities = ["update"] }
            path "secret/data/redis/password" { capabilities = ["read", "delete"] }
            """
        );

        var check = await RunAsync(fixture, "policy", "gateway", "--check");

        Assert.Equal(ExitCodes.VerificationFailed, check.ExitCode);
        Assert.Equal(
            """
            missing	secret/data/alpaca/pair	read
            missing	secret/data/redis/password	create,update
            missing	secret/metadata/redis/password	read
            excessive	secret/data/redis/password	delete

            """,
            check.Output
        );
    }

    [Fact]
    public async Task Check_among_many_declarations_finds_what_another_service_declares_and_alone_says_that_it_did_not_ask()
    {
        await using var fixture = await OpenAsync();
        await File.WriteAllTextAsync(
            Path.Combine(fixture.Folder, "other.json"),
            """{ "service": "payments", "secrets": [ { "name": "card/key" } ] }"""
        );
        var printed = await RunAsync(fixture, "policy", "gateway", "--backend", "vault");
        fixture.Variables["VAULT_TOKEN"] = await LimitedToken.CreateAsync(
            fixture,
            printed.Output
                + "path \"sys/capabilities-self\" { capabilities = [\"update\"] }\npath \"secret/data/card/key\" { "
                + "capabilities = [\"read\"] }\n"
        );

        var alone = await RunAsync(fixture, "policy", "gateway", "--check");
        var among = await RunAsync(fixture, "policy", "gateway", "--check", "--declaration", "secrets.json", "other.json");

        Assert.Equal(ExitCodes.Done, alone.ExitCode);
        Assert.Contains("unchecked\tsecrets of other services", alone.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.VerificationFailed, "excessive\tsecret/data/card/key\tread\n"), (among.ExitCode, among.Output));
    }

    [Fact]
    public async Task Check_at_aws_of_a_user_with_the_printed_policy_finds_nothing()
    {
        await using var fixture = await OpenAsync("aws");
        foreach (var name in (string[])["alpaca/pair#id", "redis/password"])
            await Running.RunCommandTests.SetAsync(fixture, name, "{value:A}");
        var printed = await RunAsync(fixture, "policy", "gateway");
        fixture.LogIn(fixture.Aws!.IssueCredential(printed.Output));

        var check = await RunAsync(fixture, "policy", "gateway", "--check", "--output", "json");

        Assert.Equal((ExitCodes.Done, ""), (check.ExitCode, check.Error));
        Assert.Contains("\"missing\":[],\"excessive\":[]", check.Output, StringComparison.Ordinal);
        // And it is enough for what the service does.
        await Running.RunCommandTests.SetAsync(fixture, "redis/password", "{value:B}");
        Assert.Equal(0, (await RunAsync(fixture, "get", "alpaca/pair#id")).ExitCode);
    }

    private static async Task<ScriptFixture> OpenAsync(string backend = "vault")
    {
        var fixture = await ScriptFixture.OpenAsync(backend);
        await File.WriteAllTextAsync(Path.Combine(fixture.Folder, "secrets.json"), Declaration);
        return fixture;
    }

    private static Task<CommandResult> RunAsync(ScriptFixture fixture, params string[] arguments) =>
        InProcess.RunAsync(arguments, fixture.Variables, fixture.Folder, []);
}
