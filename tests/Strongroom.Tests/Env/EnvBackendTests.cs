using System.Security.Cryptography;
using Strongroom.Backends;
using Strongroom.Env;

namespace Strongroom.Tests.Env;

public sealed class EnvBackendTests : IDisposable
{
    private const string Declaration = """
        { "service": "execution_gateway", "secrets": [
            { "name": "alpaca/api_key_id", "at": "alpaca/credentials#id", "bundle": "alpaca" },
            { "name": "alpaca/api_secret", "at": "alpaca/credentials#secret", "bundle": "alpaca", "access": ["read", "write"] },
            { "name": "database/password" } ] }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _process = [];
    private readonly string _first = TemporaryFolder.NewValue();
    private readonly string _second = TemporaryFolder.NewValue();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_gives_a_bundle_from_the_file_in_order()
    {
        _folder.Write(".env", $"ALPACA_API_SECRET='{_second}'\nALPACA_API_KEY_ID={_first}\n");

        var answer = await ReadAsync(Backend(), "alpaca");

        Assert.Equal([_first, _second], answer.Values!.Select(value => value.Reveal()));
        Assert.NotEmpty(answer.Version.Id);
    }

    [Fact]
    public async Task ReadAsync_with_a_variable_in_the_process_takes_the_whole_bundle_from_there()
    {
        _folder.Write(".env", $"ALPACA_API_KEY_ID={_first}\nALPACA_API_SECRET={_second}\nDATABASE_PASSWORD={_first}\n");
        _process["ALPACA_API_KEY_ID"] = _second;

        var half = await ReadAsync(Backend(), "alpaca");
        var other = await ReadAsync(Backend(), "database/password");
        _process["ALPACA_API_SECRET"] = _first;
        var whole = await ReadAsync(Backend(), "alpaca");

        Assert.Equal(SecretErrorCode.Missing, half.Error!.Code);
        Assert.Contains("another variable of its bundle is set in the process", half.Error.Message, StringComparison.Ordinal);
        Assert.Contains("ALPACA_API_SECRET", half.Error.Message, StringComparison.Ordinal);
        Assert.Equal(_first, other.Values![0].Reveal());
        Assert.Equal([_second, _first], whole.Values!.Select(value => value.Reveal()));
    }

    [Fact]
    public async Task ReadAsync_of_a_missing_secret_says_which_variable_and_where_it_was_looked_for()
    {
        var answer = await ReadAsync(Backend(), "database/password");

        var error = Assert.IsType<SecretNotFoundException>(answer.Error);
        Assert.Contains("DATABASE_PASSWORD", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.At(".env"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_with_a_bad_file_fails_only_what_needs_the_file()
    {
        _folder.Write(".env", "no assignment\n");
        _process["DATABASE_PASSWORD"] = _first;

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
        _folder.Write(".env", $"DATABASE_PASSWORD={text}\n");

        var answer = await ReadAsync(Backend(environment), "database/password");

        Assert.Equal(allowed, answer.Succeeded);
        if (!allowed)
            Assert.Equal(SecretErrorCode.ValueInvalid, answer.Error!.Code);
    }

    [Fact]
    public async Task ReadAsync_of_an_empty_process_variable_refuses_instead_of_looking_in_the_file()
    {
        _folder.Write(".env", $"DATABASE_PASSWORD={_first}\n");
        _process["DATABASE_PASSWORD"] = "";

        Assert.Equal(SecretErrorCode.ValueInvalid, (await ReadAsync(Backend(), "database/password")).Error!.Code);
    }

    [Fact]
    public async Task ReadAsync_again_sees_a_changed_file_and_its_version_changes_with_any_value_of_the_bundle()
    {
        _folder.Write(".env", $"ALPACA_API_KEY_ID={_first}\nALPACA_API_SECRET={_second}\n");
        var backend = Backend();
        var before = await ReadAsync(backend, "alpaca");
        var same = await ReadAsync(Backend(), "alpaca");
        _folder.Write(".env", $"ALPACA_API_KEY_ID={_first}\nALPACA_API_SECRET={_first}\n");
        var after = await ReadAsync(backend, "alpaca");

        Assert.Equal(before.Version, same.Version);
        Assert.NotEqual(before.Version, after.Version);
        Assert.Equal(_first, after.Values![1].Reveal());
    }

    [Fact]
    public async Task ReadAsync_under_another_key_gives_another_version()
    {
        _folder.Write(".env", $"DATABASE_PASSWORD={_first}\n");

        var one = await ReadAsync(Backend(), "database/password");
        var two = await ReadAsync(Backend(stateFolder: null), "database/password");

        Assert.NotEqual(one.Version, two.Version);
    }

    [Fact]
    public async Task ReadAsync_of_another_version_or_stage_is_unsupported()
    {
        _folder.Write(".env", $"DATABASE_PASSWORD={_first}\n");
        var places = RequestFor("database/password").Locations;

        var answers = await Backend()
            .ReadAsync(
                [
                    new SecretRequest("b", places, ReadPurpose.Get) { Version = new SecretVersion("other") },
                    new SecretRequest("b", places, ReadPurpose.Get) { Stage = SecretStage.Pending },
                ],
                Ct
            );

        Assert.All(answers, answer => Assert.Equal(SecretErrorCode.Unsupported, answer.Error!.Code));
    }

    [Fact]
    public async Task ReadAsync_of_an_undeclared_name_never_looks_it_up()
    {
        _process["HOME"] = _first;
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
        _folder.Write(".env", $"ANY_THING__USER={_first}\n");
        var name = SecretName.Parse("any/thing#user");

        var answer = Assert.Single(
            await Backend(declared: false)
                .ReadAsync([new SecretRequest("b", [new SecretLocation(name, name)], ReadPurpose.Get)], Ct)
        );

        Assert.Equal(_first, answer.Values![0].Reveal());
    }

    [Fact]
    public async Task ReadAsync_puts_the_namespace_in_front()
    {
        _folder.Write(".env", $"TEST_DATABASE_PASSWORD={_first}\nDATABASE_PASSWORD={_second}\n");

        var answer = await ReadAsync(new EnvBackend(Settings() with { Namespace = "test/" }), "database/password");

        Assert.Equal(_first, answer.Values![0].Reveal());
    }

    [Theory]
    [InlineData("DATABASE_URL")]
    [InlineData("DATABASE_DSN")]
    public async Task ReadAsync_of_a_password_that_stands_in_a_url_alone_takes_it_from_there(string variable)
    {
        _folder.Write(".env", $"{variable}=\"postgres://trader:p%40ss{_first}@db:5432/trading?sslmode=require\"\r\n");

        var answer = await ReadAsync(Backend(), "database/password");

        Assert.Equal($"p@ss{_first}", answer.Values![0].Reveal());
    }

    [Fact]
    public async Task WriteAsync_of_a_password_that_stands_in_a_url_leaves_the_url_and_counts_instead_of_it()
    {
        _folder.Write(".env", $"DATABASE_URL=postgres://trader:{_first}@db/trading\n");
        var name = SecretName.Parse("database/password");

        var refused = await Assert.ThrowsAsync<SecretRefusedException>(async () =>
            await Backend().DeleteAsync(new SecretLocation(name, name), Ct)
        );
        await WriteAsync("database/password", _second);
        var answer = await ReadAsync(Backend(), "database/password");

        Assert.Equal(SecretErrorCode.Unsupported, refused.Code);
        Assert.DoesNotContain(_first, refused.Message, StringComparison.Ordinal);
        Assert.Equal(_second, answer.Values![0].Reveal());
        Assert.Equal(
            $"DATABASE_URL=postgres://trader:{_first}@db/trading\nDATABASE_PASSWORD='{_second}'\n",
            await File.ReadAllTextAsync(_folder.At(".env"), Ct)
        );
    }

    [Fact]
    public void Constructor_with_names_that_meet_in_a_variable_refuses_with_all_of_them()
    {
        var declaration = SecretDeclaration.Parse(
            """{ "service": "s", "secrets": [ { "name": "a/b" }, { "name": "a_b" }, { "name": "vault/token" } ] }"""
        );

        var error = Assert.Throws<SecretConfigurationException>(() =>
            new EnvBackend(Settings() with { Declaration = declaration })
        );

        Assert.Equal(2, error.Faults.Count);
    }

    [Fact]
    public async Task WriteAsync_then_read_gives_the_value_with_the_receipt_s_version()
    {
        _folder.Write(".env", $"# keep\nALPACA_API_KEY_ID={_first} # id\n");

        var receipt = await WriteAsync("alpaca/api_secret", _second);
        var answer = await ReadAsync(Backend(), "alpaca");

        Assert.Equal(receipt.Version, answer.Version);
        Assert.Equal(_second, answer.Values![1].Reveal());
        Assert.Equal(
            $"# keep\nALPACA_API_KEY_ID={_first} # id\nALPACA_API_SECRET='{_second}'\n",
            await File.ReadAllTextAsync(_folder.At(".env"), Ct)
        );
    }

    [Fact]
    public async Task WriteAsync_of_the_same_value_leaves_the_file_alone()
    {
        var text = $"DATABASE_PASSWORD={_first}\n";
        _folder.Write(".env", text);

        await WriteAsync("database/password", _first);

        Assert.Equal(text, await File.ReadAllTextAsync(_folder.At(".env"), Ct));
    }

    [Fact]
    public async Task WriteAsync_under_a_condition_that_does_not_hold_conflicts()
    {
        _folder.Write(".env", $"DATABASE_PASSWORD={_first}\n");
        var version = (await ReadAsync(Backend(), "database/password")).Version;

        var there = await Assert.ThrowsAsync<SecretWriteException>(() =>
            WriteAsync("database/password", _second, SetCondition.Absent)
        );
        await WriteAsync("database/password", _second, SetCondition.Version(version));
        var changed = await Assert.ThrowsAsync<SecretWriteException>(() =>
            WriteAsync("database/password", _first, SetCondition.Version(version))
        );

        Assert.Equal(SecretErrorCode.Conflict, there.Code);
        Assert.Equal(SecretErrorCode.Conflict, changed.Code);
        Assert.Equal(_second, (await ReadAsync(Backend(), "database/password")).Values![0].Reveal());
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
        _folder.Write(".env", $"ALPACA_API_SECRET={_first}\n");
        _process["ALPACA_API_KEY_ID"] = _second;

        var write = await Assert.ThrowsAsync<SecretRefusedException>(() => WriteAsync("alpaca/api_secret", _second));
        var delete = await Assert.ThrowsAsync<SecretRefusedException>(() =>
            Backend().DeleteAsync(PlaceOf("alpaca/api_secret"), Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.HiddenByVariable, write.Code);
        Assert.Equal(SecretErrorCode.HiddenByVariable, delete.Code);
    }

    [Fact]
    public async Task WriteAsync_of_an_empty_value_refuses_and_writes_nothing()
    {
        var error = await Assert.ThrowsAsync<SecretConfigurationException>(() => WriteAsync("database/password", ""));

        Assert.Equal(SecretErrorCode.ValueInvalid, error.Code);
        Assert.False(File.Exists(_folder.At(".env")));
    }

    [Fact]
    public async Task DeleteAsync_removes_the_line_and_a_second_time_finds_none()
    {
        _folder.Write(".env", $"# keep\nDATABASE_PASSWORD={_first}\nDATABASE_PASSWORD={_second}\n");

        await Backend().DeleteAsync(PlaceOf("database/password"), Ct);
        var again = await Assert.ThrowsAsync<SecretNotFoundException>(() =>
            Backend().DeleteAsync(PlaceOf("database/password"), Ct).AsTask()
        );

        Assert.Equal(SecretErrorCode.Missing, again.Code);
        Assert.Equal("# keep\n", await File.ReadAllTextAsync(_folder.At(".env"), Ct));
    }

    [Theory]
    [InlineData(null, "alpaca/api_key_id", "database/password")]
    [InlineData("alpaca/", "alpaca/api_key_id")]
    [InlineData("alpaca", "alpaca/api_key_id")]
    [InlineData("alp")]
    public async Task ListAsync_gives_declared_names_that_have_a_value(string? prefix, params string[] expected)
    {
        _folder.Write(".env", $"ALPACA_API_KEY_ID={_first}\nSTRAY={_first}\n");
        _process["DATABASE_PASSWORD"] = _second;

        var names = await Backend().ListAsync(prefix, Ct).Select(name => name.ToString()).ToListAsync(Ct);

        Assert.Equal(expected, names);
    }

    [Fact]
    public async Task What_the_backend_cannot_do_is_refused_as_unsupported()
    {
        var backend = Backend();
        var place = PlaceOf("database/password");
        using var value = SecretValue.FromText(_first);
        SecretRefusedException[] errors =
        [
            await Assert.ThrowsAsync<SecretRefusedException>(async () => await backend.HistoryAsync(place, Ct).ToListAsync(Ct)),
            await Assert.ThrowsAsync<SecretRefusedException>(() => backend.RestoreAsync(place, null, Ct).AsTask()),
            await Assert.ThrowsAsync<SecretRefusedException>(() =>
                backend.PromoteAsync(place, new SecretVersion("1"), null, Ct).AsTask()
            ),
            await Assert.ThrowsAsync<SecretRefusedException>(() =>
                backend.WriteAsync(new SecretWrite(place, value, Stage: SecretStage.Pending), Ct).AsTask()
            ),
        ];

        Assert.All(errors, error => Assert.Equal(SecretErrorCode.Unsupported, error.Code));
        Assert.False(backend.Capabilities.Versions || backend.Capabilities.Restore || backend.Capabilities.Pending);
    }

    [Fact]
    public async Task No_error_shows_a_value()
    {
        _folder.Write(".env", $"DATABASE_PASSWORD={_first}\nALPACA_API_KEY_ID={_second}\n");
        var errors = new List<Exception>
        {
            (await ReadAsync(Backend(), "alpaca")).Error!,
            await Assert.ThrowsAsync<SecretWriteException>(() => WriteAsync("database/password", _second, SetCondition.Absent)),
            await Assert.ThrowsAsync<SecretConfigurationException>(() =>
                WriteAsync("database/password", $"{_first}${{{_second}}}")
            ),
        };

        Assert.All(errors, error =>
        {
            Assert.DoesNotContain(_first, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(_second, error.ToString(), StringComparison.Ordinal);
        });
    }

    private static SecretDeclaration Declared => SecretDeclaration.Parse(Declaration);

    private static SecretLocation PlaceOf(string name) =>
        new(SecretName.Parse(name), Declared.Find(SecretName.Parse(name))!.StoredName);

    private static SecretRequest RequestFor(string bundle) =>
        new(
            bundle,
            [
                .. Declared
                    .Bundles.Single(one => one.Id == bundle)
                    .Secrets.Select(one => new SecretLocation(one.Name, one.StoredName)),
            ],
            ReadPurpose.Get
        );

    private static async Task<SecretReadResult> ReadAsync(EnvBackend backend, string bundle) =>
        Assert.Single(await backend.ReadAsync([RequestFor(bundle)], Ct));

    private async Task<SecretWriteResult> WriteAsync(string name, string text, SetCondition condition = default)
    {
        using var value = SecretValue.FromText(text);
        return await Backend().WriteAsync(new SecretWrite(PlaceOf(name), value, condition), Ct);
    }

    [Fact]
    public async Task Key_of_versions_that_could_not_be_loaded_is_tried_again_by_the_next_read()
    {
        _folder.Write(".env", $"DATABASE_PASSWORD={_first}\n");
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

    private EnvBackend Backend(
        DeploymentEnvironment environment = DeploymentEnvironment.Local,
        bool declared = true,
        string? stateFolder = "state"
    ) =>
        new(
            Settings() with
            {
                Environment = environment,
                Declaration = declared ? Declared : null,
                StateFolder = stateFolder is null ? null : _folder.At(stateFolder),
            }
        );

    private EnvBackendSettings Settings() =>
        new()
        {
            DotenvPath = _folder.At(".env"),
            Environment = DeploymentEnvironment.Local,
            Time = TimeProvider.System,
            Declaration = Declared,
            ProcessVariable = _process.GetValueOrDefault,
            StateFolder = _folder.At("state"),
        };
}
