using System.Security.Cryptography;
using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Strongroom.Aws.Tests.Support;
using Strongroom.Backends;
using Strongroom.Testing;

namespace Strongroom.Aws.Tests.Cli;

/// <summary>The AWS CLI reads what we write, and we read what it writes, on either peer.</summary>
public abstract class CliTests : IAsyncLifetime
{
    private static readonly string[] s_pending = ["AWSPENDING"];

    private AwsBackend? _backend;
    private AwsCli? _cli;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AwsBackend Backend => _backend!;

    private AwsCli Cli => _cli!;

    private protected string Name { get; } = $"cli/n{AwsFixture.Fresh()}";

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipWhereMissing();
        var (url, id, key) = await OpenAsync();
        _cli = new AwsCli(url, "eu-central-1", id, key);
        var options = new AwsOptions
        {
            Region = "eu-central-1",
            Endpoint = url,
            Credentials = new BasicAWSCredentials(id, key),
        };
        _backend = new AwsBackend(options, "", TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _backend?.Dispose();
        _cli?.Dispose();
        await CloseAsync();
    }

    private protected abstract Task<(Uri Url, string AccessKeyId, string SecretAccessKey)> OpenAsync();

    private protected abstract ValueTask CloseAsync();

    [Fact]
    public async Task A_text_goes_both_ways()
    {
        var (ours, theirs) = (AwsFixture.Fresh() + " \"é\\\n", AwsFixture.Fresh() + " \"日\\\t");
        await Backend.SetAsync(Name, ours);
        var read = await Cli.RunAsync("get-secret-value", new { SecretId = Name });
        Assert.Equal(ours, read["SecretString"]!.GetValue<string>());

        var put = await Cli.RunAsync("put-secret-value", new { SecretId = Name, SecretString = theirs });
        var answer = await Backend.AskAsync(Name);
        Assert.Equal(theirs, Assert.Single(answer.Values!).Reveal());
        Assert.Equal(put["VersionId"]!.GetValue<string>(), answer.Version.Id);
    }

    [Fact]
    public async Task An_object_goes_both_ways_field_by_field()
    {
        await Cli.RunAsync("create-secret", new { Name, SecretString = """{"user":"scott","port":5432}""" });
        Assert.Equal("scott", await Backend.TextAsync($"{Name}#user"));
        Assert.Equal("5432", await Backend.TextAsync($"{Name}#port"));

        var password = AwsFixture.Fresh();
        await Backend.SetAsync($"{Name}#password", password);
        var read = await Cli.RunAsync("get-secret-value", new { SecretId = Name, VersionStage = "AWSCURRENT" });
        Assert.Equal($$"""{"user":"scott","port":5432,"password":"{{password}}"}""", read["SecretString"]!.GetValue<string>());
    }

    [Fact]
    public async Task Bytes_go_both_ways()
    {
        var (ours, theirs) = (RandomNumberGenerator.GetBytes(300), RandomNumberGenerator.GetBytes(301));
        ours[0] = theirs[0] = 0xFF; // no UTF-8
        using var value = SecretValue.FromBytes(ours);
        await Backend.WriteAsync(new SecretWrite(BackendCalls.LocationOf(Name), value), Ct);
        var read = await Cli.RunAsync("get-secret-value", new { SecretId = Name });
        Assert.Equal(ours, Convert.FromBase64String(read["SecretBinary"]!.GetValue<string>()));
        Assert.Null(read["SecretString"]);

        await Cli.RunAsync("put-secret-value", new { SecretId = Name }, theirs);
        var answer = await Backend.AskAsync(Name);
        Assert.Equal(theirs, Assert.Single(answer.Values!).Reveal(0, static (bytes, _) => bytes.ToArray()));
    }

    [Fact]
    public async Task Staged_versions_go_both_ways()
    {
        var (old, next, last) = (AwsFixture.Fresh(), AwsFixture.Fresh(), AwsFixture.Fresh());
        var first = await Backend.SetAsync(Name, old);
        var pending = await Backend.SetAsync(Name, next, stage: SecretStage.Pending);
        var read = await Cli.RunAsync("get-secret-value", new { SecretId = Name, VersionStage = "AWSPENDING" });
        Assert.Equal(next, read["SecretString"]!.GetValue<string>());
        Assert.Equal(pending.Version.Id, read["VersionId"]!.GetValue<string>());

        await Backend.PromoteAsync(BackendCalls.LocationOf(Name), pending.Version, first.Version, Ct);
        await Backend.DiscardAsync(BackendCalls.LocationOf(Name), pending.Version, Ct);
        Assert.Equal(
            next,
            (await Cli.RunAsync("get-secret-value", new { SecretId = Name, VersionStage = "AWSCURRENT" }))[
                "SecretString"
            ]!.GetValue<string>()
        );
        Assert.Equal(
            old,
            (await Cli.RunAsync("get-secret-value", new { SecretId = Name, VersionStage = "AWSPREVIOUS" }))[
                "SecretString"
            ]!.GetValue<string>()
        );
        var labels = (await Cli.RunAsync("describe-secret", new { SecretId = Name }))["VersionIdsToStages"]!;
        Assert.Equal(["AWSCURRENT"], labels[pending.Version.Id]!.AsArray().Select(label => label!.GetValue<string>()));
        Assert.Equal(["AWSPREVIOUS"], labels[first.Version.Id]!.AsArray().Select(label => label!.GetValue<string>()));

        // What a rotation of AWS's own does: no note of ours says what it was made from.
        var put = await Cli.RunAsync(
            "put-secret-value",
            new
            {
                SecretId = Name,
                SecretString = last,
                VersionStages = s_pending,
            }
        );
        var theirs = new SecretVersion(put["VersionId"]!.GetValue<string>());
        Assert.Equal(last, await Backend.TextAsync(Name, stage: SecretStage.Pending));
        await Backend.PromoteAsync(BackendCalls.LocationOf(Name), theirs, pending.Version, Ct);
        Assert.Equal(last, await Backend.TextAsync(Name));
        Assert.Equal(old, await Backend.TextAsync(Name, first.Version.Id));
    }

    [Fact]
    public async Task A_rollback_is_a_move_of_the_label()
    {
        var old = AwsFixture.Fresh();
        var first = await Backend.SetAsync(Name, old);
        await Backend.SetAsync(Name, AwsFixture.Fresh());
        var receipt = await Backend.RestoreAsync(BackendCalls.LocationOf(Name), first.Version, Ct);

        Assert.Equal(first.Version, receipt.Version);
        Assert.Equal(
            old,
            (await Cli.RunAsync("get-secret-value", new { SecretId = Name, VersionStage = "AWSCURRENT" }))[
                "SecretString"
            ]!.GetValue<string>()
        );
        Assert.Equal(2, (await Backend.VersionsAsync(Name)).Count);
    }

    [Fact]
    public async Task Tags_are_seen()
    {
        await Backend.SetAsync(Name, AwsFixture.Fresh());
        await Backend.Upkeep.TagAsync(
            Name,
            SecretName.Parse(Name),
            new Dictionary<string, string> { ["rotation_date"] = "2026-11-24" },
            Ct
        );

        var tag = Assert.Single((await Cli.RunAsync("describe-secret", new { SecretId = Name }))["Tags"]!.AsArray());
        Assert.Equal("rotation_date", tag!["Key"]!.GetValue<string>());
        Assert.Equal("2026-11-24", tag["Value"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_key_is_changed_without_a_new_version()
    {
        var text = AwsFixture.Fresh();
        var receipt = await Backend.SetAsync(Name, text);
        await Backend.Upkeep.ChangeKeyAsync(Name, SecretName.Parse(Name), "alias/own", Ct);

        var described = await Cli.RunAsync("describe-secret", new { SecretId = Name });
        Assert.Equal("alias/own", described["KmsKeyId"]!.GetValue<string>());
        Assert.Equal(receipt.Version.Id, Assert.Single(described["VersionIdsToStages"]!.AsObject()).Key);
        Assert.Equal(text, await Backend.TextAsync(Name));
    }

    [Fact]
    public async Task Replicas_are_made_and_taken_away()
    {
        await Backend.SetAsync(Name, AwsFixture.Fresh());
        var name = SecretName.Parse(Name);
        await Backend.Upkeep.ReplicateAsync(Name, name, ["eu-west-1"], Ct);
        var replica = Assert.Single(
            (await Cli.RunAsync("describe-secret", new { SecretId = Name }))["ReplicationStatus"]!.AsArray()
        );
        Assert.Equal("eu-west-1", replica!["Region"]!.GetValue<string>());
        var refused = await Assert.ThrowsAsync<SecretWriteException>(() =>
            Backend.DeleteAsync(BackendCalls.LocationOf(Name), Ct).AsTask()
        );
        Assert.Contains("replicas", refused.Message, StringComparison.Ordinal);

        await Backend.Upkeep.RemoveReplicasAsync(Name, name, ["eu-west-1"], Ct);
        await Backend.DeleteAsync(BackendCalls.LocationOf(Name), Ct);
    }

    [Fact]
    public async Task Deletion_and_restore_go_both_ways()
    {
        var text = AwsFixture.Fresh();
        await Backend.SetAsync(Name, text);
        await Backend.DeleteAsync(BackendCalls.LocationOf(Name), Ct);
        Assert.Contains(
            "InvalidRequestException",
            await Cli.FailAsync("get-secret-value", new { SecretId = Name }),
            StringComparison.Ordinal
        );
        Assert.Equal(SecretErrorCode.Deleted, (await Backend.ErrorAsync(Name)).Code);
        await Cli.RunAsync("restore-secret", new { SecretId = Name });
        Assert.Equal(text, await Backend.TextAsync(Name));

        await Cli.RunAsync("delete-secret", new { SecretId = Name, RecoveryWindowInDays = 7 });
        Assert.Equal(SecretErrorCode.Deleted, (await Backend.ErrorAsync(Name)).Code);
        await Backend.RestoreAsync(BackendCalls.LocationOf(Name), null, Ct);
        Assert.Equal(text, (await Cli.RunAsync("get-secret-value", new { SecretId = Name }))["SecretString"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_random_password_is_of_the_length_asked()
    {
        using var password = await Backend.Upkeep.RandomPasswordAsync(40, "\"'\\", SecretName.Parse(Name), Ct);
        Assert.Equal(40, password.ByteCount);
    }
}

public sealed class ServerCliTests : CliTests
{
    private SecretsManagerServer? _server;

    private protected override async Task<(Uri Url, string AccessKeyId, string SecretAccessKey)> OpenAsync()
    {
        _server = await SecretsManagerServer.StartAsync(new SecretsManagerServerOptions { Region = "eu-central-1" });
        return (_server.Url, _server.AccessKeyId, _server.SecretAccessKey);
    }

    private protected override ValueTask CloseAsync() => _server?.DisposeAsync() ?? default;
}

public sealed class MotoCliTests(MotoFixture moto) : CliTests
{
    private protected override async Task<(Uri Url, string AccessKeyId, string SecretAccessKey)> OpenAsync() =>
        ((await moto.GetServerAsync()).Url, AwsFixture.Fresh(), AwsFixture.Fresh());

    private protected override ValueTask CloseAsync() => default;
}
