using System.Security.Cryptography;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Aws.Cli;

/// <summary>The AWS CLI as a client that was not written with this server in mind.</summary>
public sealed class AwsCliTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SecretsManagerServer server = null!;
    private AwsCli cli = null!;

    public async ValueTask InitializeAsync()
    {
        server = await SecretsManagerServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        cli = await AwsCli.StartAsync(server, new(server.AccessKeyId, server.SecretAccessKey), folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Cli_CreatingReadingListingTagging_UnderstandsTheServer()
    {
        var (json, first) = Text();
        var created = await cli.DoAsync(
            "create-secret",
            "--name",
            "app/db",
            "--secret-string",
            first,
            "--description",
            "For the CLI",
            "--tags",
            "Key=team,Value=blue"
        );
        Assert.True((await cli.DoAsync("get-secret-value", "--secret-id", "app/db")).Text("SecretString") == json);
        Assert.True((await cli.DoAsync("get-secret-value", "--secret-id", created.Text("ARN")!)).Text("SecretString") == json);
        var batch = await cli.DoAsync("batch-get-secret-value", "--secret-id-list", "app/db", "absent");
        Assert.Equal("ResourceNotFoundException", batch.GetProperty("Errors")[0].Text("ErrorCode"));
        Assert.True(batch.GetProperty("SecretValues")[0].Text("SecretString") == json);
        var listed = await cli.DoAsync("list-secrets", "--filters", "Key=name,Values=app/", "Key=tag-value,Values=blue");
        Assert.Equal("app/db", Assert.Single(listed.GetProperty("SecretList").EnumerateArray()).Text("Name"));
        await cli.DoAsync("tag-resource", "--secret-id", "app/db", "--tags", "Key=owner,Value=x");
        await cli.DoAsync("untag-resource", "--secret-id", "app/db", "--tag-keys", "team");
        var described = await cli.DoAsync("describe-secret", "--secret-id", "app/db");
        Assert.Equal(
            ("For the CLI", "owner"),
            (described.Text("Description"), Assert.Single(described.GetProperty("Tags").EnumerateArray()).Text("Key"))
        );
        Assert.Equal(20, (await cli.DoAsync("get-random-password", "--password-length", "20")).Text("RandomPassword")!.Length);
    }

    [Fact]
    public async Task Cli_MovingStages_SeesVersionsGoAndComeBack()
    {
        var ((_, old), (_, other)) = (Text(), Text());
        var first = (await cli.DoAsync("create-secret", "--name", "a", "--secret-string", old)).Text("VersionId")!;
        var second = (
            await cli.DoAsync("put-secret-value", "--secret-id", "a", "--secret-string", other, "--version-stages", "AWSPENDING")
        ).Text("VersionId")!;
        Assert.Equal(first, (await cli.DoAsync("get-secret-value", "--secret-id", "a")).Text("VersionId"));
        await cli.RefusedAsync(
            "InvalidParameterException",
            "update-secret-version-stage",
            "--secret-id",
            "a",
            "--version-stage",
            "AWSCURRENT",
            "--move-to-version-id",
            second
        );
        await cli.DoAsync(
            "update-secret-version-stage",
            "--secret-id",
            "a",
            "--version-stage",
            "AWSCURRENT",
            "--move-to-version-id",
            second,
            "--remove-from-version-id",
            first
        );
        Assert.Equal(second, (await cli.DoAsync("get-secret-value", "--secret-id", "a")).Text("VersionId"));
        Assert.Equal(
            first,
            (await cli.DoAsync("get-secret-value", "--secret-id", "a", "--version-stage", "AWSPREVIOUS")).Text("VersionId")
        );
        Assert.Equal(
            2,
            (await cli.DoAsync("list-secret-version-ids", "--secret-id", "a")).GetProperty("Versions").GetArrayLength()
        );
    }

    [Fact]
    public async Task Cli_WithBytes_GetsTheSameBack()
    {
        var bytes = RandomNumberGenerator.GetBytes(1024);
        await File.WriteAllBytesAsync(folder.File("bytes"), bytes, TestContext.Current.CancellationToken);
        await cli.DoAsync("create-secret", "--name", "bin", "--secret-binary", "fileb://bytes");
        Assert.True(
            (await cli.DoAsync("get-secret-value", "--secret-id", "bin"))
                .GetProperty("SecretBinary")
                .GetBytesFromBase64()
                .AsSpan()
                .SequenceEqual(bytes)
        );
    }

    [Fact]
    public async Task Cli_DeletingAndRestoring_MeetsTheWindow()
    {
        var (value, file) = Text();
        await cli.DoAsync("create-secret", "--name", "a", "--secret-string", file);
        await cli.DoAsync("delete-secret", "--secret-id", "a", "--recovery-window-in-days", "7");
        await cli.RefusedAsync("InvalidRequestException", "get-secret-value", "--secret-id", "a");
        await cli.RefusedAsync("InvalidRequestException", "create-secret", "--name", "a", "--secret-string", file);
        await cli.DoAsync("restore-secret", "--secret-id", "a");
        Assert.True((await cli.DoAsync("get-secret-value", "--secret-id", "a")).Text("SecretString") == value);
        await cli.DoAsync("delete-secret", "--secret-id", "a", "--force-delete-without-recovery");
        await cli.RefusedAsync("ResourceNotFoundException", "describe-secret", "--secret-id", "a");
    }

    [Fact]
    public async Task Cli_InTwoRegions_ReadsTheReplica()
    {
        var (value, file) = Text();
        await cli.DoAsync("create-secret", "--name", "a", "--secret-string", file);
        await cli.DoAsync("replicate-secret-to-regions", "--secret-id", "a", "--add-replica-regions", "Region=eu-west-1");
        Assert.True((await cli.DoInAsync("eu-west-1", "get-secret-value", "--secret-id", "a")).Text("SecretString") == value);
        await cli.DoAsync("remove-regions-from-replication", "--secret-id", "a", "--remove-replica-regions", "eu-west-1");
        Assert.NotEqual(0, (await cli.RunAsync("eu-west-1", "secretsmanager", "describe-secret", "--secret-id", "a")).Exit);
    }

    // PROTOCOLS 49
    [Fact]
    public async Task Cli_ThrottledOrOnAWrongClock_TriesThreeTimesInAll()
    {
        server.Faults.AddForNext(SecretsManagerFaults.Throttled());
        server.Faults.AddForNext(SecretsManagerFaults.InternalError());
        await cli.DoAsync("list-secrets");
        Assert.Equal(3, server.Requests.Of("ListSecrets"));
        using var always = server.Faults.Add(SecretsManagerFaults.Throttled());
        await cli.RefusedAsync("ThrottlingException", "list-secrets");
        Assert.Equal(6, server.Requests.Of("ListSecrets"));
    }

    [Fact]
    public async Task Cli_WithTemporaryKeys_TellsWhoItIsAndWhatItMayNot()
    {
        var role = await AwsCli.StartAsync(
            server,
            server.IssueTemporaryCredential(
                TimeSpan.FromHours(1),
                """
                {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"secretsmanager:ListSecrets","Resource":"*"}}
                """
            ),
            folder.Path
        );
        var (exit, text, errors) = await role.RunAsync("us-east-1", "sts", "get-caller-identity");
        Assert.True(exit == 0, errors);
        var identity = JsonDocument.Parse(text).RootElement;
        Assert.Equal("123456789012", identity.Text("Account"));
        Assert.StartsWith("arn:aws:sts::123456789012:assumed-role/", identity.Text("Arn"), StringComparison.Ordinal);
        await role.DoAsync("list-secrets");
        await role.RefusedAsync("AccessDeniedException", "get-secret-value", "--secret-id", "a");
    }

    private (string Value, string File) Text()
    {
        var (value, name) = (
            JsonSerializer.Serialize(new { password = RandomNumberGenerator.GetHexString(32) }),
            Guid.NewGuid().ToString("N")
        );
        File.WriteAllText(folder.File(name), value);
        return (value, $"file://{name}");
    }
}
