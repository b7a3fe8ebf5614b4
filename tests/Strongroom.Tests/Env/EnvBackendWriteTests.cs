using Strongroom.Backends;

namespace Strongroom.Tests.Env;

/// <summary>What a write or a deletion changes in the file, and when it is refused.</summary>
public sealed class EnvBackendWriteTests : EnvBackendTest
{
    [Fact]
    public async Task WriteAsync_of_a_password_that_is_in_a_url_leaves_the_url_and_takes_precedence()
    {
        Folder.Write(".env", $"DATABASE_URL=postgres://trader:{First}@db/trading\n");
        var name = SecretName.Parse("database/password");

        var refused = await Assert.ThrowsAsync<SecretRefusedException>(async () =>
            await Backend().DeleteAsync(new SecretLocation(name, name), Ct)
        );
        await WriteAsync("database/password", Second);
        var answer = await ReadAsync(Backend(), "database/password");

        Assert.Equal(SecretErrorCode.Unsupported, refused.Code);
        Assert.DoesNotContain(First, refused.Message, StringComparison.Ordinal);
        Assert.Equal(Second, answer.Values![0].Reveal());
        Assert.Equal(
            $"DATABASE_URL=postgres://trader:{First}@db/trading\nDATABASE_PASSWORD='{Second}'\n",
            await File.ReadAllTextAsync(Folder.At(".env"), Ct)
        );
    }

    [Fact]
    public async Task WriteAsync_then_read_gives_the_value_with_the_receipt_s_version()
    {
        Folder.Write(".env", $"# keep\nALPACA_API_KEY_ID={First} # id\n");

        var receipt = await WriteAsync("alpaca/api_secret", Second);
        var answer = await ReadAsync(Backend(), "alpaca");

        Assert.Equal(receipt.Version, answer.Version);
        Assert.Equal(Second, answer.Values![1].Reveal());
        Assert.Equal(
            $"# keep\nALPACA_API_KEY_ID={First} # id\nALPACA_API_SECRET='{Second}'\n",
            await File.ReadAllTextAsync(Folder.At(".env"), Ct)
        );
    }

    [Fact]
    public async Task WriteAsync_of_the_same_value_leaves_the_file_alone()
    {
        var text = $"DATABASE_PASSWORD={First}\n";
        Folder.Write(".env", text);

        await WriteAsync("database/password", First);

        Assert.Equal(text, await File.ReadAllTextAsync(Folder.At(".env"), Ct));
    }

    [Fact]
    public async Task WriteAsync_under_a_condition_that_does_not_hold_conflicts()
    {
        Folder.Write(".env", $"DATABASE_PASSWORD={First}\n");
        var version = (await ReadAsync(Backend(), "database/password")).Version;

        var there = await Assert.ThrowsAsync<SecretWriteException>(() =>
            WriteAsync("database/password", Second, SetCondition.Absent)
        );
        await WriteAsync("database/password", Second, SetCondition.Version(version));
        var changed = await Assert.ThrowsAsync<SecretWriteException>(() =>
            WriteAsync("database/password", First, SetCondition.Version(version))
        );

        Assert.Equal(SecretErrorCode.Conflict, there.Code);
        Assert.Equal(SecretErrorCode.Conflict, changed.Code);
        Assert.Equal(Second, (await ReadAsync(Backend(), "database/password")).Values![0].Reveal());
    }

    [Fact]
    public async Task WriteAsync_by_many_under_absent_lets_one_through()
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        try
                        {
                            await WriteAsync("database/password", TemporaryFolder.NewValue(), SetCondition.Absent);
                            return true;
                        }
                        catch (SecretWriteException e) when (e.Code == SecretErrorCode.Conflict)
                        {
                            return false;
                        }
                    })
                )
        );

        Assert.Single(outcomes, done => done);
    }

    [Fact]
    public async Task WriteAsync_and_DeleteAsync_of_a_bundle_that_a_process_variable_hides_refuse()
    {
        Folder.Write(".env", $"ALPACA_API_SECRET={First}\n");
        ProcessVariables["ALPACA_API_KEY_ID"] = Second;

        var write = await Assert.ThrowsAsync<SecretRefusedException>(() => WriteAsync("alpaca/api_secret", Second));
        var delete = await Assert.ThrowsAsync<SecretRefusedException>(() =>
            Backend().DeleteAsync(LocationOf("alpaca/api_secret"), Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.HiddenByVariable, write.Code);
        Assert.Equal(SecretErrorCode.HiddenByVariable, delete.Code);
    }

    [Fact]
    public async Task WriteAsync_of_an_empty_value_refuses_and_writes_nothing()
    {
        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() => WriteAsync("database/password", ""));

        Assert.Equal(SecretErrorCode.ValueInvalid, error.Code);
        Assert.False(File.Exists(Folder.At(".env")));
    }

    [Fact]
    public async Task DeleteAsync_removes_the_line_and_a_second_time_finds_none()
    {
        Folder.Write(".env", $"# keep\nDATABASE_PASSWORD={First}\nDATABASE_PASSWORD={Second}\n");

        await Backend().DeleteAsync(LocationOf("database/password"), Ct);
        var again = await Assert.ThrowsAsync<SecretNotFoundException>(() =>
            Backend().DeleteAsync(LocationOf("database/password"), Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.Missing, again.Code);
        Assert.Equal("# keep\n", await File.ReadAllTextAsync(Folder.At(".env"), Ct));
    }
}
