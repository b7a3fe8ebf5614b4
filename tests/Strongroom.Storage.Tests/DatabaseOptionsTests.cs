using Microsoft.Extensions.Configuration;

namespace Strongroom.Storage.Tests;

public class DatabaseOptionsTests
{
    [Fact]
    public void Read_of_nothing_is_sqlite_in_the_state_folder()
    {
        var options = Read(("XDG_STATE_HOME", "/var/lib/state"));

        Assert.Equal(("/var/lib/state/strongroom/strongroom.db", DatabaseDialect.Sqlite), (options.Path, options.Dialect));
        Assert.EndsWith("/.local/state/strongroom/strongroom.db", Read().Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_without_a_home_that_exists_is_an_error_and_no_file_in_the_working_folder()
    {
        var error = Assert.Throws<SecretConfigurationException>(() =>
            Read(("HOME", "/nonexistent"), ("XDG_STATE_HOME", "relative"))
        );

        Assert.Contains("DATABASE_PATH", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            "/data/db",
            Read(("HOME", "/nonexistent"), ("XDG_STATE_HOME", "relative"), ("DATABASE_PATH", "/data/db")).Path
        );
    }

    [Fact]
    public void Read_of_a_path_is_sqlite_there() => Assert.Equal("/data/db", Read(("DATABASE_PATH", "/data/db")).Path);

    [Fact]
    public void Read_with_a_host_is_postgresql_whatever_the_path()
    {
        var options = Read(
            ("DATABASE_PATH", "/data/db"),
            ("DATABASE_HOST", "db.internal"),
            ("DATABASE_NAME", "strongroom"),
            ("DATABASE_USER", "risk")
        );

        Assert.Equal(
            (DatabaseDialect.PostgreSql, "db.internal", 5432, "strongroom", "risk"),
            (options.Dialect, options.Host, options.Port, options.Name, options.User)
        );
        Assert.Equal(
            6432,
            Read(("DATABASE_HOST", "::1"), ("DATABASE_PORT", "6432"), ("DATABASE_NAME", "n"), ("DATABASE_USER", "u")).Port
        );
    }

    [Fact]
    public void Read_lists_every_fault_at_once_and_quotes_no_value()
    {
        var wrong = Assert.Throws<SecretConfigurationException>(() =>
            Read(("DATABASE_HOST", "postgres://user:pw@db"), ("DATABASE_PORT", "pw5432"))
        );

        Assert.Equal(SecretErrorCode.SettingInvalid, wrong.Code);
        Assert.Equal(
            ["DATABASE_HOST", "DATABASE_NAME", "DATABASE_PORT", "DATABASE_USER"],
            wrong.Faults.Select(fault => fault.Split(' ')[0]).Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain("pw", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("+5432")]
    public void Read_of_a_port_out_of_range_names_it_once(string port)
    {
        var wrong = Assert.Throws<SecretConfigurationException>(() =>
            Read(("DATABASE_HOST", "db"), ("DATABASE_PORT", port), ("DATABASE_NAME", "n"), ("DATABASE_USER", "u"))
        );

        Assert.StartsWith("DATABASE_PORT", Assert.Single(wrong.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("/var/run/postgresql")]
    [InlineData("db:5432")]
    public void Read_of_anything_but_one_host_is_refused(string host)
    {
        var wrong = Assert.Throws<SecretConfigurationException>(() =>
            Read(("DATABASE_HOST", host), ("DATABASE_NAME", "n"), ("DATABASE_USER", "u"))
        );

        Assert.StartsWith("DATABASE_HOST", Assert.Single(wrong.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_of_postgresql_settings_without_a_host_is_refused()
    {
        var wrong = Assert.Throws<SecretConfigurationException>(() => Read(("DATABASE_USER", "risk")));

        Assert.Contains("DATABASE_HOST", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":memory:")]
    [InlineData("")]
    public void Validate_of_a_path_that_is_none_is_refused(string path)
    {
        var wrong = Assert.Throws<SecretConfigurationException>(() => new DatabaseOptions { Path = path }.Validate());

        Assert.StartsWith("DATABASE_PATH", wrong.Message, StringComparison.Ordinal);
    }

    private static DatabaseOptions Read(params (string Key, string Value)[] settings) =>
        DatabaseOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
                .Build()
        );
}
