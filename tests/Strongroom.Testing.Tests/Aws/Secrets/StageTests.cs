namespace Strongroom.Testing.Tests.Aws.Secrets;

public sealed class StageTests : SecretsManagerTest
{
    private const string Current = "AWSCURRENT";
    private const string Previous = "AWSPREVIOUS";
    private const string Pending = "AWSPENDING";

    // PROTOCOLS 54
    [Fact]
    public async Task Put_WithoutStages_GoesLiveAndKeepsThePreviousOne()
    {
        var first = await CreateAsync("a");
        var second = await PutAsync("a");
        Assert.Equal((second, first), (await StagedAsync("a", Current), await StagedAsync("a", Previous)));
        var third = await PutAsync("a");
        Assert.Equal((third, second), (await StagedAsync("a", Current), await StagedAsync("a", Previous)));
    }

    // PROTOCOLS 54, 65: a rotation puts a pending version, which is not read before it is moved; then all is repeatable.
    [Fact]
    public async Task Rotation_FromPendingToCurrent_LeavesReadersOnTheOldVersionUntilTheEnd()
    {
        var (old, value) = (await CreateAsync("a"), Random());
        var put = new
        {
            SecretId = "a",
            ClientRequestToken = Random(),
            SecretString = value,
            VersionStages = new[] { Pending },
        };
        await Root.DoAsync("PutSecretValue", put);
        await Root.DoAsync("PutSecretValue", put);
        Assert.Equal((old, put.ClientRequestToken), (await StagedAsync("a", Current), await StagedAsync("a", Pending)));
        Assert.Null(await StagedAsync("a", Previous));
        await Root.DoAsync(
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Current,
                MoveToVersionId = put.ClientRequestToken,
                RemoveFromVersionId = old,
            }
        );
        Assert.Equal(
            (put.ClientRequestToken, old, put.ClientRequestToken),
            (await StagedAsync("a", Current), await StagedAsync("a", Previous), await StagedAsync("a", Pending))
        );
        Assert.True(await HoldsAsync("a", value));
    }

    // PROTOCOLS 54: a label is on one version at most.
    [Fact]
    public async Task Put_WithALabelOfAnotherVersion_TakesItAway()
    {
        await CreateAsync("a");
        await PutAsync("a", null, "mine", "other");
        var later = await PutAsync("a", null, "mine");
        Assert.Equal(later, await StagedAsync("a", "mine"));
        Assert.NotEqual(later, await StagedAsync("a", "other"));
    }

    // PROTOCOLS 54
    [Fact]
    public async Task Labels_MoreThanTwentyOrTooLong_AreRefused()
    {
        var id = await CreateAsync("a");
        var twenty = Enumerable.Range(0, 20).Select(i => $"l{i}").ToArray();
        await Root.RefusedAsync(
            "ValidationException",
            "PutSecretValue",
            new
            {
                SecretId = "a",
                ClientRequestToken = Random(),
                SecretString = "x",
                VersionStages = twenty.Append("l20"),
            }
        );
        await Root.RefusedAsync(
            "ValidationException",
            "PutSecretValue",
            new
            {
                SecretId = "a",
                ClientRequestToken = Random(),
                SecretString = "x",
                VersionStages = new[] { new string('l', 257) },
            }
        );
        var full = await PutAsync("a", null, twenty);
        await Root.RefusedAsync(
            "LimitExceededException",
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = "l20",
                MoveToVersionId = full,
            }
        );
        await Root.DoAsync(
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = "l20",
                MoveToVersionId = id,
            }
        );
    }

    // PROTOCOLS 55: the optimistic lock.
    [Fact]
    public async Task Move_OfALabelThatSitsElsewhere_NeedsToKnowWhere()
    {
        var first = await CreateAsync("a");
        var second = await PutAsync("a");
        var third = await PutAsync("a");
        var text = await Root.RefusedAsync(
            "InvalidParameterException",
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Current,
                MoveToVersionId = first,
            }
        );
        Assert.Contains($"currently attached to version {third}", text, StringComparison.Ordinal);
        await Root.RefusedAsync(
            "InvalidParameterException",
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Current,
                MoveToVersionId = first,
                RemoveFromVersionId = second,
            }
        );
        await Root.RefusedAsync(
            "ResourceNotFoundException",
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Current,
                MoveToVersionId = Random(),
                RemoveFromVersionId = third,
            }
        );
        await Root.DoAsync(
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Current,
                MoveToVersionId = first,
                RemoveFromVersionId = third,
            }
        );
        Assert.Equal((first, third), (await StagedAsync("a", Current), await StagedAsync("a", Previous)));
    }

    // PROTOCOLS 55: of those who believe the same, one wins.
    [Fact]
    public async Task Move_OfTheCurrentLabelByMany_SucceedsOnce()
    {
        var first = await CreateAsync("a");
        var others = new List<string>();
        for (var i = 0; i < 8; i++)
            others.Add(await PutAsync("a", null, $"try{i}"));
        var answers = await Task.WhenAll(
            others.Select(id =>
                Root.CallAsync(
                    "UpdateSecretVersionStage",
                    new
                    {
                        SecretId = "a",
                        VersionStage = Current,
                        MoveToVersionId = id,
                        RemoveFromVersionId = first,
                    }
                )
            )
        );
        var winner = Assert.Single(others.Zip(answers), pair => pair.Second.Status == 200).First;
        Assert.Equal((winner, first), (await StagedAsync("a", Current), await StagedAsync("a", Previous)));
    }

    // PROTOCOLS 55
    [Fact]
    public async Task Move_OfALabelOntoNoVersion_RemovesItButNotTheCurrentOne()
    {
        var first = await CreateAsync("a");
        var pending = await PutAsync("a", null, Pending);
        await Root.RefusedAsync(
            "InvalidParameterException",
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Current,
                RemoveFromVersionId = first,
            }
        );
        await Root.RefusedAsync(
            "InvalidParameterException",
            "UpdateSecretVersionStage",
            new { SecretId = "a", VersionStage = Pending }
        );
        await Root.DoAsync(
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Pending,
                RemoveFromVersionId = pending,
            }
        );
        Assert.Null(await StagedAsync("a", Pending));
        await Root.DoAsync("GetSecretValue", new { SecretId = "a", VersionId = pending });
    }

    // PROTOCOLS 56
    [Fact]
    public async Task Versions_WithoutALabel_AreListedAsDeprecatedOnly()
    {
        var first = await CreateAsync("a");
        var (second, third) = (await PutAsync("a"), await PutAsync("a"));
        var listed = (await Root.DoAsync("ListSecretVersionIds", new { SecretId = "a" }))
            .GetProperty("Versions")
            .EnumerateArray()
            .Select(v => v.Text("VersionId"));
        var all = (await Root.DoAsync("ListSecretVersionIds", new { SecretId = "a", IncludeDeprecated = true }))
            .GetProperty("Versions")
            .EnumerateArray()
            .Select(v => v.Text("VersionId"));
        Assert.Equal([third, second], listed);
        Assert.Equal([third, second, first], all);
    }

    // PROTOCOLS 56
    [Fact]
    public async Task Versions_BeyondAHundred_GoAfterADayUnlessTheyHaveALabel()
    {
        var first = await CreateAsync("a");
        await Root.DoAsync(
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = "keep",
                MoveToVersionId = first,
            }
        );
        var second = await PutAsync("a");
        for (var i = 0; i < 103; i++)
            await PutAsync("a");
        Assert.Equal(105, await CountAsync());
        Time.Advance(TimeSpan.FromHours(25));
        await PutAsync("a");
        Assert.Equal(100, await CountAsync());
        Assert.Equal(first, await StagedAsync("a", "keep"));
        await Root.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "a", VersionId = second });

        async Task<int> CountAsync()
        {
            var (count, token) = (0, (string?)null);
            do
            {
                var page = await Root.DoAsync(
                    "ListSecretVersionIds",
                    new
                    {
                        SecretId = "a",
                        IncludeDeprecated = true,
                        NextToken = token,
                    }
                );
                count += page.GetProperty("Versions").GetArrayLength();
                token = page.TryGetProperty("NextToken", out var next) ? next.GetString() : null;
            } while (token is not null);
            return count;
        }
    }

    // PROTOCOLS 57
    [Fact]
    public async Task Get_WithVersionAndStage_WantsThemToBeOne()
    {
        var first = await CreateAsync("a");
        await PutAsync("a");
        await Root.DoAsync(
            "GetSecretValue",
            new
            {
                SecretId = "a",
                VersionId = first,
                VersionStage = Previous,
            }
        );
        await Root.RefusedAsync(
            "InvalidRequestException",
            "GetSecretValue",
            new
            {
                SecretId = "a",
                VersionId = first,
                VersionStage = Current,
            }
        );
        await Root.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "a", VersionStage = Pending });
        await Root.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "a", VersionId = Random() });
    }

    // PROTOCOLS 58
    [Fact]
    public async Task Rotate_WhileAPendingVersionIsLeft_FailsUntilItsLabelIsGone()
    {
        const string Function = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
        await CreateAsync("a");
        var (broken, next) = (Random(), Random());
        await Root.RefusedAsync("InvalidRequestException", "RotateSecret", new { SecretId = "a", ClientRequestToken = broken });
        await Root.DoAsync(
            "RotateSecret",
            new
            {
                SecretId = "a",
                ClientRequestToken = broken,
                RotationLambdaARN = Function,
            }
        );
        await Root.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "a", VersionStage = Pending });
        await Root.RefusedAsync("InvalidRequestException", "RotateSecret", new { SecretId = "a", ClientRequestToken = next });
        await Root.DoAsync(
            "UpdateSecretVersionStage",
            new
            {
                SecretId = "a",
                VersionStage = Pending,
                RemoveFromVersionId = broken,
            }
        );
        await Root.DoAsync("RotateSecret", new { SecretId = "a", ClientRequestToken = next });
        await Root.DoAsync(
            "PutSecretValue",
            new
            {
                SecretId = "a",
                ClientRequestToken = next,
                SecretString = Random(),
                VersionStages = new[] { Pending },
            }
        );
        Assert.Equal(next, await StagedAsync("a", Pending));
    }
}
