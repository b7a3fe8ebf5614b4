namespace Strongroom.Testing.Tests.Aws.Secrets;

public sealed class DeletionTests : SecretsManagerTest
{
    // PROTOCOLS 61
    [Theory]
    [InlineData(null, 30)]
    [InlineData(7, 7)]
    [InlineData(30, 30)]
    public async Task Delete_WithAWindow_EndsTheSecretWhenItIsOver(int? window, int days)
    {
        await CreateAsync("a");
        var date = (await Root.DoAsync("DeleteSecret", new { SecretId = "a", RecoveryWindowInDays = window }))
            .GetProperty("DeletionDate")
            .GetDecimal();
        Assert.Equal((Time.GetUtcNow() + TimeSpan.FromDays(days)).ToUnixTimeSeconds(), date);
        Assert.Equal(
            date,
            (await Root.DoAsync("DescribeSecret", new { SecretId = "a" })).GetProperty("DeletedDate").GetDecimal()
        );
        Time.Advance(TimeSpan.FromDays(days) - TimeSpan.FromSeconds(1));
        await Root.DoAsync("DescribeSecret", new { SecretId = "a" });
        Time.Advance(TimeSpan.FromSeconds(1));
        await Root.RefusedAsync("ResourceNotFoundException", "DescribeSecret", new { SecretId = "a" });
        await CreateAsync("a");
    }

    // PROTOCOLS 61
    [Theory]
    [InlineData("""{"SecretId":"a","RecoveryWindowInDays":6}""")]
    [InlineData("""{"SecretId":"a","RecoveryWindowInDays":31}""")]
    [InlineData("""{"SecretId":"a","RecoveryWindowInDays":7,"ForceDeleteWithoutRecovery":true}""")]
    public async Task Delete_WithAnImpossibleWindow_IsRefused(string request)
    {
        await CreateAsync("a");
        await Root.RefusedAsync("InvalidParameterException", "DeleteSecret", request);
    }

    // PROTOCOLS 61
    [Fact]
    public async Task Secret_WhileScheduled_IsNotReadWrittenOrNamedAgainUntilRestored()
    {
        var value = Random();
        await CreateAsync("a", value);
        await Root.DoAsync("DeleteSecret", new { SecretId = "a" });
        Assert.Contains(
            "marked for deletion",
            await Root.RefusedAsync("InvalidRequestException", "GetSecretValue", new { SecretId = "a" }),
            StringComparison.Ordinal
        );
        foreach (
            var (operation, request) in new (string, object)[]
            {
                (
                    "PutSecretValue",
                    new
                    {
                        SecretId = "a",
                        ClientRequestToken = Random(),
                        SecretString = Random(),
                    }
                ),
                ("UpdateSecret", new { SecretId = "a" }),
                ("TagResource", new { SecretId = "a", Tags = Array.Empty<object>() }),
                ("DeleteSecret", new { SecretId = "a" }),
                (
                    "CreateSecret",
                    new
                    {
                        Name = "a",
                        ClientRequestToken = Random(),
                        SecretString = Random(),
                    }
                ),
            }
        )
            await Root.RefusedAsync("InvalidRequestException", operation, request);
        await Root.DoAsync("RestoreSecret", new { SecretId = "a" });
        Assert.True(await HoldsAsync("a", value));
        Assert.False((await Root.DoAsync("DescribeSecret", new { SecretId = "a" })).TryGetProperty("DeletedDate", out _));
    }

    // PROTOCOLS 61
    [Fact]
    public async Task Delete_ByForce_IsAtOnceAndFineForAnAbsentName()
    {
        await CreateAsync("a");
        await Root.RefusedAsync("ResourceNotFoundException", "DeleteSecret", new { SecretId = "absent" });
        await Root.DoAsync("DeleteSecret", new { SecretId = "absent", ForceDeleteWithoutRecovery = true });
        await Root.DoAsync("DeleteSecret", new { SecretId = "a" });
        await Root.DoAsync("DeleteSecret", new { SecretId = "a", ForceDeleteWithoutRecovery = true });
        await Root.RefusedAsync("ResourceNotFoundException", "RestoreSecret", new { SecretId = "a" });
    }

    // PROTOCOLS 61
    [Fact]
    public async Task Create_SoonAfterForce_FailsForAWhile()
    {
        await using var slow = await SecretsManagerServer.StartAsync(
            new() { NameReuseDelay = TimeSpan.FromSeconds(20), TimeProvider = Time },
            Ct
        );
        var caller = As(new(slow.AccessKeyId, slow.SecretAccessKey), server: slow);
        var request = new
        {
            Name = "a",
            ClientRequestToken = Random(),
            SecretString = Random(),
        };
        await caller.DoAsync("CreateSecret", request);
        await caller.DoAsync("DeleteSecret", new { SecretId = "a", ForceDeleteWithoutRecovery = true });
        await caller.RefusedAsync("InvalidRequestException", "CreateSecret", request);
        Time.Advance(TimeSpan.FromSeconds(20));
        await caller.DoAsync("CreateSecret", request);
    }
}
