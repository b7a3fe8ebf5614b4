using System.Security.Cryptography;
using Strongroom.Backends;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

/// <summary>Where a value is read from, the file or the process, and which version it has.</summary>
public sealed class EnvBackendReadTests : EnvBackendTest
{
    [Fact]
    public async Task ReadAsync_gives_a_bundle_from_the_file_in_order()
    {
        Folder.Write(".env", $"ALPACA_API_SECRET='{Second}'\nALPACA_API_KEY_ID={First}\n");

        var answer = await ReadAsync(Backend(), "alpaca");

        Assert.Equal([First, Second], answer.Values!.Select(value => value.Reveal()));
        Assert.NotEmpty(answer.Version.Id);
    }

    [Fact]
    public async Task ReadAsync_with_a_variable_in_the_process_takes_the_whole_bundle_from_there()
    {
        Folder.Write(".env", $"ALPACA_API_KEY_ID={First}\nALPACA_API_SECRET={Second}\nDATABASE_PASSWORD={First}\n");
        ProcessVariables["ALPACA_API_KEY_ID"] = Second;

        var half = await ReadAsync(Backend(), "alpaca");
        var other = await ReadAsync(Backend(), "database/password");
        ProcessVariables["ALPACA_API_SECRET"] = First;
        var whole = await ReadAsync(Backend(), "alpaca");

        Assert.Equal(SecretErrorCode.Missing, half.Error!.Code);
        Assert.Contains("another variable of its bundle is set in the process", half.Error.Message, StringComparison.Ordinal);
        Assert.Contains("ALPACA_API_SECRET", half.Error.Message, StringComparison.Ordinal);
        Assert.Equal(First, other.Values![0].Reveal());
        Assert.Equal([Second, First], whole.Values!.Select(value => value.Reveal()));
    }

    [Fact]
    public async Task ReadAsync_of_a_missing_secret_says_which_variable_and_where_it_was_looked_for()
    {
        var answer = await ReadAsync(Backend(), "database/password");

        var error = Assert.IsType<SecretNotFoundException>(answer.Error);
        Assert.Contains("DATABASE_PASSWORD", error.Message, StringComparison.Ordinal);
        Assert.Contains(Folder.At(".env"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_with_a_bad_file_fails_only_what_needs_the_file()
    {
        Folder.Write(".env", "no assignment\n");
        ProcessVariables["DATABASE_PASSWORD"] = First;

        var answers = await Backend().ReadAsync([RequestFor("alpaca"), RequestFor("database/password")], Ct);

        Assert.Equal(SecretErrorCode.DotenvInvalid, answers[0].Error!.Code);
        Assert.True(answers[1].Succeeded);
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Local, "", false)]
    [InlineData(DeploymentEnvironment.Local, "1234567", true)]
    [InlineData(DeploymentEnvironment.Test, "1234567", false)]
    [InlineData(DeploymentEnvironment.Production, "ééééééé", false)]
    [InlineData(DeploymentEnvironment.Production, "éééééééé", true)]
    public async Task ReadAsync_of_an_empty_or_short_value_refuses(DeploymentEnvironment environment, string text, bool allowed)
    {
        Folder.Write(".env", $"DATABASE_PASSWORD={text}\n");

        var answer = await ReadAsync(Backend(environment), "database/password");

        Assert.Equal(allowed, answer.Succeeded);
        if (!allowed)
            Assert.Equal(SecretErrorCode.ValueInvalid, answer.Error!.Code);
    }

    [Fact]
    public async Task ReadAsync_of_an_empty_process_variable_refuses_instead_of_looking_in_the_file()
    {
        Folder.Write(".env", $"DATABASE_PASSWORD={First}\n");
        ProcessVariables["DATABASE_PASSWORD"] = "";

        Assert.Equal(SecretErrorCode.ValueInvalid, (await ReadAsync(Backend(), "database/password")).Error!.Code);
    }

    [Fact]
    public async Task ReadAsync_again_sees_a_changed_file_and_its_version_changes_with_any_value_of_the_bundle()
    {
        Folder.Write(".env", $"ALPACA_API_KEY_ID={First}\nALPACA_API_SECRET={Second}\n");
        var backend = Backend();
        var before = await ReadAsync(backend, "alpaca");
        var same = await ReadAsync(Backend(), "alpaca");
        Folder.Write(".env", $"ALPACA_API_KEY_ID={First}\nALPACA_API_SECRET={First}\n");
        var after = await ReadAsync(backend, "alpaca");

        Assert.Equal(before.Version, same.Version);
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(First, after.Values![1].Reveal());
    }

    [Fact]
    public async Task ReadAsync_under_another_key_gives_another_version()
    {
        Folder.Write(".env", $"DATABASE_PASSWORD={First}\n");

        var one = await ReadAsync(Backend(), "database/password");
        var two = await ReadAsync(Backend(stateFolder: null), "database/password");

        Assert.NotEqual(one.Version, two.Version);
    }

    [Fact]
    public async Task ReadAsync_of_another_version_or_stage_is_unsupported()
    {
        Folder.Write(".env", $"DATABASE_PASSWORD={First}\n");
        var locations = RequestFor("database/password").Locations;

        var answers = await Backend()
            .ReadAsync(
                [
                    new SecretRequest("b", locations, ReadPurpose.Get) { Version = new SecretVersion("other") },
                    new SecretRequest("b", locations, ReadPurpose.Get) { Stage = SecretStage.Pending },
                ],
                Ct
            );

        Assert.All(answers, answer => Assert.Equal(SecretErrorCode.Unsupported, answer.Error!.Code));
    }

    [Fact]
    public async Task ReadAsync_of_an_undeclared_name_never_looks_it_up()
    {
        ProcessVariables["HOME"] = First;
        var name = SecretName.Parse("home");

        var answer = Assert.Single(
            await Backend().ReadAsync([new SecretRequest("b", [new SecretLocation(name, name)], ReadPurpose.Get)], Ct)
        );
        var operators = Assert.Single(
            await Backend(declared: false)
                .ReadAsync([new SecretRequest("b", [new SecretLocation(name, name)], ReadPurpose.Get)], Ct)
        );

        Assert.Equal(SecretErrorCode.Undeclared, answer.Error!.Code);
        Assert.Equal(SecretErrorCode.Undeclared, operators.Error!.Code);
    }

    [Fact]
    public async Task ReadAsync_without_a_declaration_reads_fields_of_any_name()
    {
        Folder.Write(".env", $"ANY_THING__USER={First}\n");
        var name = SecretName.Parse("any/thing#user");

        var answer = Assert.Single(
            await Backend(declared: false)
                .ReadAsync([new SecretRequest("b", [new SecretLocation(name, name)], ReadPurpose.Get)], Ct)
        );

        Assert.Equal(First, answer.Values![0].Reveal());
    }

    [Fact]
    public async Task ReadAsync_puts_the_namespace_in_front()
    {
        Folder.Write(".env", $"TEST_DATABASE_PASSWORD={First}\nDATABASE_PASSWORD={Second}\n");

        var answer = await ReadAsync(new EnvBackend(Settings() with { Namespace = "test/" }), "database/password");

        Assert.Equal(First, answer.Values![0].Reveal());
    }

    [Theory]
    [InlineData("DATABASE_URL")]
    [InlineData("DATABASE_DSN")]
    public async Task ReadAsync_of_a_password_that_is_only_in_a_url_takes_it_from_there(string variable)
    {
        Folder.Write(".env", $"{variable}=\"postgres://trader:p%40ss{First}@db:5432/trading?sslmode=require\"\r\n");

        var answer = await ReadAsync(Backend(), "database/password");

        Assert.Equal($"p@ss{First}", answer.Values![0].Reveal());
    }

    [Fact]
    public async Task Key_of_versions_that_could_not_be_loaded_is_tried_again_by_the_next_read()
    {
        Folder.Write(".env", $"DATABASE_PASSWORD={First}\n");
        var loads = 0;
        var backend = new EnvBackend(
            Settings() with
            {
                LoadVersionKey = _ => ++loads == 1 ? throw new IOException("Not now.") : RandomNumberGenerator.GetBytes(32),
            }
        );
        await Assert.ThrowsAsync<IOException>(() => ReadAsync(backend, "database/password"));
        var version = (await ReadAsync(backend, "database/password")).Version;
        Assert.Equal(version, (await ReadAsync(backend, "database/password")).Version);
        Assert.Equal(2, loads);
    }
}
