using System.Security.Cryptography;

namespace Strongroom.Testing.Tests.Aws.Secrets;

public sealed class ValueTests : SecretsManagerTest
{
    [Fact]
    public async Task Get_OfAText_TellsValueVersionStagesAndArn()
    {
        var value = Random();
        var token = await CreateAsync("prod/a_b+c=d.e@f-g", value);
        var got = await Root.DoAsync("GetSecretValue", new { SecretId = "prod/a_b+c=d.e@f-g" });
        Assert.True(got.Text("SecretString") == value);
        Assert.Equal(
            ("prod/a_b+c=d.e@f-g", token, """["AWSCURRENT"]"""),
            (got.Text("Name"), got.Text("VersionId"), got.GetProperty("VersionStages").GetRawText())
        );
        Assert.Matches(
            @"^arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/a_b\+c=d\.e@f-g-[A-Za-z0-9]{6}$",
            got.Text("ARN")
        );
        Assert.False(got.TryGetProperty("SecretBinary", out _));
    }

    // PROTOCOLS 45
    [Fact]
    public async Task Get_OfBytes_IsBase64AndNoText()
    {
        var bytes = RandomNumberGenerator.GetBytes(300);
        await Root.DoAsync(
            "CreateSecret",
            new
            {
                Name = "binary",
                ClientRequestToken = Random(),
                SecretBinary = bytes,
            }
        );
        var got = await Root.DoAsync("GetSecretValue", new { SecretId = "binary" });
        Assert.True(got.GetProperty("SecretBinary").GetBytesFromBase64().AsSpan().SequenceEqual(bytes));
        Assert.False(got.TryGetProperty("SecretString", out _));
    }

    // PROTOCOLS 51: two bytes a character.
    [Theory]
    [InlineData(65_536, 0, true)]
    [InlineData(65_537, 0, false)]
    [InlineData(0, 32_768, true)]
    [InlineData(1, 32_768, false)]
    [InlineData(0, 0, false)]
    public async Task Create_AtTheLimit_CountsBytesOfUtf8(int ascii, int twoBytes, bool taken)
    {
        var answer = await Root.CallAsync(
            "CreateSecret",
            new
            {
                Name = "a",
                ClientRequestToken = Random(),
                SecretString = new string('a', ascii) + new string('ä', twoBytes),
            }
        );
        Assert.Equal(taken ? null : "ValidationException", answer.Error);
    }

    // PROTOCOLS 51
    [Fact]
    public async Task Write_WithTextAndBytesOrNeither_IsRefused()
    {
        await CreateAsync("a");
        await Root.RefusedAsync(
            "InvalidParameterException",
            "PutSecretValue",
            new
            {
                SecretId = "a",
                ClientRequestToken = Random(),
                SecretString = "x",
                SecretBinary = "eA==",
            }
        );
        await Root.RefusedAsync(
            "InvalidRequestException",
            "PutSecretValue",
            new { SecretId = "a", ClientRequestToken = Random() }
        );
        await Root.RefusedAsync(
            "SerializationException",
            "PutSecretValue",
            new
            {
                SecretId = "a",
                ClientRequestToken = Random(),
                SecretBinary = "no_base64!",
            }
        );
    }

    [Fact]
    public async Task Get_OfASecretWithoutAValue_FindsNoValue()
    {
        await Root.DoAsync("CreateSecret", new { Name = "empty" });
        Assert.Contains(
            "AWSCURRENT",
            await Root.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = "empty" }),
            StringComparison.Ordinal
        );
        var token = await PutAsync("empty", stages: "AWSPENDING");
        Assert.Equal((token, token), (await StagedAsync("empty", "AWSCURRENT"), await StagedAsync("empty", "AWSPENDING")));
    }

    // PROTOCOLS 52
    [Theory]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a:b")]
    [InlineData("")]
    public async Task Create_WithAnImpossibleName_IsRefused(string name) =>
        await Root.RefusedAsync(
            "ValidationException",
            "CreateSecret",
            new
            {
                Name = name,
                ClientRequestToken = Random(),
                SecretString = "x",
            }
        );

    // PROTOCOLS 52
    [Fact]
    public async Task Names_AndIds_HaveTheirLengths()
    {
        await CreateAsync(new string('a', 512));
        await Root.RefusedAsync("ValidationException", "CreateSecret", new { Name = new string('a', 513) });
        await Root.RefusedAsync("ValidationException", "GetSecretValue", new { SecretId = new string('a', 2049) });
        await Root.RefusedAsync("ValidationException", "GetSecretValue");
    }

    // PROTOCOLS 52: a partial ARN is understood, until the name's own end looks like the suffix.
    [Fact]
    public async Task Get_ByWholeAndPartialArn_IsAmbiguousForAHyphenAndSixCharacters()
    {
        await CreateAsync("plain");
        await CreateAsync("tricky-abcdef");
        const string Prefix = "arn:aws:secretsmanager:us-east-1:123456789012:secret:";
        var whole = (await Root.DoAsync("DescribeSecret", new { SecretId = "tricky-abcdef" })).Text("ARN");
        await Root.DoAsync("GetSecretValue", new { SecretId = Prefix + "plain" });
        await Root.DoAsync("GetSecretValue", new { SecretId = whole });
        await Root.RefusedAsync("ResourceNotFoundException", "GetSecretValue", new { SecretId = Prefix + "tricky-abcdef" });
        await Root.RefusedAsync(
            "ResourceNotFoundException",
            "GetSecretValue",
            new { SecretId = whole!.Replace("us-east-1", "us-west-2", StringComparison.Ordinal) }
        );
    }

    // PROTOCOLS 53
    [Fact]
    public async Task Write_WithoutATokenOrWithAShortOne_IsRefused()
    {
        await CreateAsync("a");
        await Root.RefusedAsync("InvalidRequestException", "CreateSecret", new { Name = "b", SecretString = "x" });
        await Root.RefusedAsync("InvalidRequestException", "PutSecretValue", new { SecretId = "a", SecretString = "x" });
        await Root.RefusedAsync("InvalidRequestException", "UpdateSecret", new { SecretId = "a", SecretString = "x" });
        await Root.RefusedAsync(
            "ValidationException",
            "PutSecretValue",
            new
            {
                SecretId = "a",
                SecretString = "x",
                ClientRequestToken = new string('t', 31),
            }
        );
        await Root.RefusedAsync(
            "ValidationException",
            "PutSecretValue",
            new
            {
                SecretId = "a",
                SecretString = "x",
                ClientRequestToken = new string('t', 65),
            }
        );
    }

    // PROTOCOLS 53
    [Fact]
    public async Task Put_WithAKnownToken_DoesNothingForTheSameContentAndFailsForAnother()
    {
        var (value, token) = (Random(), Random());
        await CreateAsync("a");
        var request = new
        {
            SecretId = "a",
            ClientRequestToken = token,
            SecretString = value,
        };
        await Root.DoAsync("PutSecretValue", request);
        var later = await PutAsync("a");
        Assert.Equal(
            """["AWSPREVIOUS"]""",
            (await Root.DoAsync("PutSecretValue", request)).GetProperty("VersionStages").GetRawText()
        );
        Assert.Equal(later, await StagedAsync("a", "AWSCURRENT"));
        await Root.RefusedAsync("ResourceExistsException", "PutSecretValue", request with { SecretString = Random() });
        await Root.RefusedAsync(
            "ResourceExistsException",
            "PutSecretValue",
            new
            {
                SecretId = "a",
                ClientRequestToken = token,
                SecretBinary = Convert.FromHexString(value),
            }
        );
    }

    // PROTOCOLS 53
    [Fact]
    public async Task Update_WithAKnownToken_FailsEvenForTheSameContent()
    {
        var request = new
        {
            SecretId = "a",
            ClientRequestToken = Random(),
            SecretString = Random(),
        };
        await CreateAsync("a");
        Assert.Equal(request.ClientRequestToken, (await Root.DoAsync("UpdateSecret", request)).Text("VersionId"));
        await Root.RefusedAsync("ResourceExistsException", "UpdateSecret", request);
    }

    // PROTOCOLS 53
    [Fact]
    public async Task Create_Repeated_IsTakenWithSameTokenAndDataOnly()
    {
        var request = new
        {
            Name = "a",
            ClientRequestToken = Random(),
            SecretString = Random(),
        };
        var first = await Root.DoAsync("CreateSecret", request);
        Assert.Equal(first.Text("ARN"), (await Root.DoAsync("CreateSecret", request)).Text("ARN"));
        await Root.RefusedAsync("ResourceExistsException", "CreateSecret", request with { ClientRequestToken = Random() });
        await Root.RefusedAsync("ResourceExistsException", "CreateSecret", request with { SecretString = Random() });
        Assert.Single(
            (await Root.DoAsync("ListSecretVersionIds", new { SecretId = "a" })).GetProperty("Versions").EnumerateArray()
        );
    }

    [Fact]
    public async Task Update_OfTheDescriptionAlone_MakesNoVersion()
    {
        var token = await CreateAsync("a");
        Assert.False(
            (await Root.DoAsync("UpdateSecret", new { SecretId = "a", Description = "what it is" })).TryGetProperty(
                "VersionId",
                out _
            )
        );
        Assert.Equal(token, await StagedAsync("a", "AWSCURRENT"));
        Assert.Equal("what it is", (await Root.DoAsync("DescribeSecret", new { SecretId = "a" })).Text("Description"));
    }

    [Fact]
    public async Task Describe_OfASecret_TellsLabelledVersionsAndTheDayOfTheLastReadAndNoValue()
    {
        var value = Random();
        var first = await CreateAsync("a", value);
        Assert.False((await Root.DoAsync("DescribeSecret", new { SecretId = "a" })).TryGetProperty("LastAccessedDate", out _));
        Time.Advance(TimeSpan.FromHours(5));
        await Root.DoAsync("GetSecretValue", new { SecretId = "a" });
        await PutAsync("a");
        var third = await PutAsync("a");
        var described = await Root.DoAsync("DescribeSecret", new { SecretId = "a" });
        Assert.Equal(
            new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
            described.GetProperty("LastAccessedDate").GetDecimal()
        );
        var versions = described.GetProperty("VersionIdsToStages");
        Assert.Equal("""["AWSCURRENT"]""", versions.GetProperty(third).GetRawText());
        Assert.False(versions.TryGetProperty(first, out _));
        Assert.True(new LeakDetector(value).Scan(described.GetRawText(), "description").IsClean);
    }

    [Fact]
    public async Task Update_OfTheKey_EncryptsLivingVersionsAgain()
    {
        await CreateAsync("a");
        await PutAsync("a");
        await PutAsync("a");
        await Root.DoAsync("UpdateSecret", new { SecretId = "a", KmsKeyId = "alias/mine" });
        var keys = (await Root.DoAsync("ListSecretVersionIds", new { SecretId = "a", IncludeDeprecated = true }))
            .GetProperty("Versions")
            .EnumerateArray();
        Assert.Equal(
            ["alias/mine", "alias/mine", "DefaultEncryptionKey"],
            keys.Select(v => v.GetProperty("KmsKeyIds")[0].GetString())
        );
    }

    // PROTOCOLS 62
    [Fact]
    public async Task Calls_BeyondTheQuotaOfASecond_AreThrottled()
    {
        await using var slow = await SecretsManagerServer.StartAsync(
            new()
            {
                ReadsPerSecond = 2,
                WritesPerSecond = 1,
                TimeProvider = Time,
            },
            Ct
        );
        var caller = As(new(slow.AccessKeyId, slow.SecretAccessKey), server: slow);
        await caller.DoAsync(
            "CreateSecret",
            new
            {
                Name = "a",
                ClientRequestToken = Random(),
                SecretString = Random(),
            }
        );
        await caller.DoAsync("GetSecretValue", new { SecretId = "a" });
        await caller.DoAsync("DescribeSecret", new { SecretId = "a" });
        await caller.RefusedAsync("ThrottlingException", "GetSecretValue", new { SecretId = "a" });
        await caller.DoAsync("UpdateSecret", new { SecretId = "a" });
        await caller.RefusedAsync("ThrottlingException", "UpdateSecret", new { SecretId = "a" });
        Time.Advance(TimeSpan.FromSeconds(1));
        await caller.DoAsync("GetSecretValue", new { SecretId = "a" });
    }

    // PROTOCOLS 64
    [Theory]
    [InlineData("{}", 32, ".")]
    [InlineData("""{"PasswordLength":4096,"ExcludePunctuation":true}""", 4096, "[A-Za-z0-9]")]
    [InlineData(
        """{"PasswordLength":3,"ExcludeNumbers":true,"ExcludePunctuation":true,"ExcludeCharacters":"abc"}""",
        3,
        "[A-Zd-z]"
    )]
    [InlineData("""{"PasswordLength":1,"RequireEachIncludedType":false}""", 1, ".")]
    public async Task RandomPassword_WithItsExclusions_HasLengthAndCharacters(string request, int length, string allowed) =>
        Assert.Matches($"^{allowed}{{{length}}}$", (await Root.DoAsync("GetRandomPassword", request)).Text("RandomPassword"));

    // PROTOCOLS 64
    [Fact]
    public async Task RandomPassword_ThatCannotBe_IsRefused()
    {
        await Root.RefusedAsync("InvalidParameterException", "GetRandomPassword", new { PasswordLength = 3 });
        await Root.RefusedAsync("ValidationException", "GetRandomPassword", new { PasswordLength = 4097 });
    }
}
