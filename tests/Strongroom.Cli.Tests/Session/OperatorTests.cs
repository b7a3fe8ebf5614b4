using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Strongroom.Cli.Tests.Support;
using Strongroom.Testing;

namespace Strongroom.Cli.Tests.Session;

/// <summary>Who acts, and where the audit of it goes.</summary>
public class OperatorTests
{
    [Fact]
    public async Task Actor_is_whom_vault_authenticated_and_not_the_login_name()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        fixture.Variables.Remove("STRONGROOM_OPERATOR");
        await PostAsync(fixture, "auth/token/create", new { display_name = "jo", no_parent = true }, token =>
            fixture.Variables["VAULT_TOKEN"] = token
        );
        await StoreAsync(fixture);
        Assert.Equal("vault:token-jo", Actor(fixture));
    }

    [Fact]
    public async Task Actor_without_a_backend_that_tells_is_the_login_name_marked_as_such()
    {
        await using var fixture = await ScriptFixture.OpenAsync("env");
        fixture.Variables.Remove("STRONGROOM_OPERATOR");
        fixture.Variables["SUDO_USER"] = "jo";
        await StoreAsync(fixture);
        Assert.Equal("jo (login name)", Actor(fixture));
    }

    [Fact]
    public async Task Said_operator_is_recorded_beside_whom_vault_authenticated()
    {
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        await PostAsync(fixture, "auth/token/create", new { display_name = "jo", no_parent = true }, token =>
            fixture.Variables["VAULT_TOKEN"] = token
        );
        await StoreAsync(fixture);
        Assert.Equal("vault:token-jo (STRONGROOM_OPERATOR: script)", Actor(fixture));
    }

    [Fact]
    public async Task Actor_is_whom_aws_authenticated_and_not_the_login_name()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        fixture.Variables.Remove("STRONGROOM_OPERATOR");
        fixture.LogIn(fixture.Aws!.IssueTemporaryCredential(TimeSpan.FromHours(1)));
        await StoreAsync(fixture);
        Assert.Matches($"^aws:arn:aws:sts::{fixture.Aws.AccountId}:assumed-role/[^/]+/[^/]+$", Actor(fixture));
        Assert.Equal(1, fixture.Aws.Requests.Of("GetCallerIdentity"));
    }

    [Fact]
    public async Task Actor_at_aws_without_an_endpoint_of_its_own_is_asked_where_secrets_manager_is_on_loopback()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        fixture.Variables.Remove("AWS_ENDPOINT_URL", out var endpoint);
        fixture.Variables["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = endpoint!;
        await StoreAsync(fixture);
        Assert.Equal(1, fixture.Aws!.Requests.Of("GetCallerIdentity", 200));
    }

    [Fact]
    public async Task Read_from_aws_does_not_wait_for_the_answer_to_who_asks()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        fixture.Variables.Remove("STRONGROOM_OPERATOR");
        await StoreAsync(fixture);
        var held = fixture.Aws!.Faults.Add(Fault.Hang(), SecretsManagerFaults.Only("GetCallerIdentity"));
        // STS answers only once the read has come in; one after the other, it would never.
        fixture.Aws.Faults.Add(
            Fault.Hang(),
            new FaultTrigger
            {
                Matches = request =>
                {
                    if (request.Headers["X-Amz-Target"] == "secretsmanager.GetSecretValue")
                        ThreadPool.QueueUserWorkItem(_ => held.Clear());
                    return false;
                },
            }
        );

        var get = await InProcess.RunAsync(["get", "a/key", "--output", "json"], fixture.Variables, fixture.Folder, []);

        Assert.Equal(0, get.ExitCode);
        Assert.StartsWith("aws:arn:aws:iam::", Actor(fixture), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actor_without_an_answer_from_sts_is_the_login_name_marked_as_such()
    {
        await using var fixture = await ScriptFixture.OpenAsync("aws");
        fixture.Variables.Remove("STRONGROOM_OPERATOR");
        fixture.Variables["SUDO_USER"] = "jo";
        fixture.Aws!.Faults.Add(SecretsManagerFaults.InternalError(), SecretsManagerFaults.Only("GetCallerIdentity"));
        await StoreAsync(fixture);
        Assert.Equal("jo (login name)", Actor(fixture));
    }

    [Fact]
    public async Task Audit_goes_to_postgresql_with_the_password_from_the_manager()
    {
        await using var postgres = await PostgresPeer.RequireAsync();
        await using var fixture = await ScriptFixture.OpenAsync("vault");
        Assert.Equal(
            0,
            (
                await InProcess.RunAsync(
                    ["set", "database/password"],
                    fixture.Variables,
                    fixture.Folder,
                    Encoding.UTF8.GetBytes(postgres.Password)
                )
            ).ExitCode
        );
        fixture.Variables["DATABASE_HOST"] = postgres.Host;
        fixture.Variables["DATABASE_PORT"] = postgres.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        fixture.Variables["DATABASE_USER"] = postgres.User;
        fixture.Variables["DATABASE_NAME"] = "postgres";

        Assert.Equal(0, (await InProcess.RunAsync(["database", "upgrade"], fixture.Variables, fixture.Folder, [])).ExitCode);
        await StoreAsync(fixture);
        var audit = await InProcess.RunAsync(["audit", "--name", "a/key"], fixture.Variables, fixture.Folder, []);
        Assert.Contains("\twrite\ta/key\tsuccess\t", audit.Output, StringComparison.Ordinal);
        // Its own read is an access like any other.
        Assert.Contains(
            "\tget\tdatabase/password\tsuccess\t",
            (await InProcess.RunAsync(["audit", "--name", "database/password"], fixture.Variables, fixture.Folder, [])).Output,
            StringComparison.Ordinal
        );
    }

    private static async Task StoreAsync(ScriptFixture fixture) =>
        Assert.Equal(
            0,
            (
                await InProcess.RunAsync(
                    ["set", "a/key"],
                    fixture.Variables,
                    fixture.Folder,
                    Encoding.UTF8.GetBytes(RandomNumberGenerator.GetHexString(32))
                )
            ).ExitCode
        );

    private static string Actor(ScriptFixture fixture)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(fixture.Folder, "state", "strongroom", "strongroom.db")};Mode=ReadOnly;Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT DISTINCT actor FROM instances";
        return (string)command.ExecuteScalar()!;
    }

    private static async Task PostAsync(ScriptFixture fixture, string path, object body, Action<string> use)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{fixture.Variables["VAULT_ADDR"]}/v1/{path}")
        {
            Content = JsonContent.Create(body),
        };
        request.Headers.TryAddWithoutValidation("X-Vault-Token", fixture.Variables["VAULT_TOKEN"]);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        using var answer = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        use(answer.RootElement.GetProperty("auth").GetProperty("client_token").GetString()!);
    }
}
