using System.Security.Cryptography;
using Strongroom.Cli.Output;

namespace Strongroom.Cli.Tests.Output;

public class ErrorReportTests
{
    public static TheoryData<SecretErrorCode> Codes() => new(Enum.GetValues<SecretErrorCode>());

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_a_hint(SecretErrorCode code)
    {
        var report = ErrorReport.Of(new SecretException(code, "What is wrong."));
        Assert.NotEmpty(report.Hint);
        Assert.Equal(code.ToString(), report.Code);
    }

    [Theory]
    [InlineData(typeof(SecretNotFoundException), SecretErrorCode.Missing, 3)]
    [InlineData(typeof(SecretAccessDeniedException), SecretErrorCode.Denied, 4)]
    [InlineData(typeof(SecretRefusedException), SecretErrorCode.Guardrail, 6)]
    [InlineData(typeof(SecretAuditFailedException), SecretErrorCode.AuditFailed, 6)]
    [InlineData(typeof(SecretWriteException), SecretErrorCode.Conflict, 7)]
    [InlineData(typeof(SecretWriteException), SecretErrorCode.WriteFailed, 5)]
    [InlineData(typeof(SecretConfigurationException), SecretErrorCode.SettingInvalid, 2)]
    [InlineData(typeof(SecretConfigurationException), SecretErrorCode.SchemaMismatch, 7)]
    public void Kind_of_error_decides_the_exit_code(Type kind, SecretErrorCode code, int exitCode)
    {
        object?[] arguments = [code, "What is wrong.", null, null, null];
        Assert.Equal(exitCode, ErrorReport.Of((SecretException)Activator.CreateInstance(kind, arguments)!).ExitCode);
    }

    [Theory]
    [InlineData("vault", "VAULT_TOKEN")]
    [InlineData("aws", "AWS_PROFILE")]
    [InlineData(null, "DATABASE_USER")]
    public void Rejected_login_is_advised_about_what_was_logged_in_to(string? backend, string setting)
    {
        string[] settings = ["VAULT_TOKEN", "AWS_PROFILE", "DATABASE_USER"];
        var error = new SecretAccessDeniedException(SecretErrorCode.LoginRejected, "What is wrong.", backend: backend);
        Assert.Equal([setting], settings.Where(ErrorReport.Of(error).Hint.Contains));
    }

    [Fact]
    public void Rejected_database_login_names_the_password_that_was_used()
    {
        var error = new SecretAccessDeniedException(
            SecretErrorCode.LoginRejected,
            "What is wrong.",
            SecretName.Parse("database/owner")
        );
        Assert.Contains("'strongroom set database/owner'", ErrorReport.Of(error).Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "database/password", "DATABASE_USER", "policy")]
    [InlineData("vault", "a/b", "strongroom policy", "DATABASE_USER")]
    [InlineData("aws", "a/b", "strongroom policy", "DATABASE_USER")]
    // Only an operator lists, so no service's policy has it.
    [InlineData("vault", null, "operators", "strongroom policy")]
    [InlineData("aws", null, "operators", "strongroom policy")]
    public void Denial_is_advised_about_what_denied_it(string? backend, string? name, string expected, string wrong)
    {
        var about = name is null ? (SecretName?)null : SecretName.Parse(name);
        var hint = ErrorReport.Of(new SecretAccessDeniedException(SecretErrorCode.Denied, "Denied.", about, backend)).Hint;
        Assert.Contains(expected, hint, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SecretErrorCode.Conflict, "env", false)]
    [InlineData(SecretErrorCode.Conflict, "vault", true)]
    [InlineData(SecretErrorCode.Conflict, "aws", true)]
    [InlineData(SecretErrorCode.WriteFailed, "env", false)]
    [InlineData(SecretErrorCode.WriteFailed, null, false)]
    [InlineData(SecretErrorCode.WriteFailed, "vault", true)]
    public void Write_is_advised_of_a_history_only_where_there_is_one(SecretErrorCode code, string? backend, bool hasHistory)
    {
        var hint = ErrorReport.Of(new SecretWriteException(code, "Not written.", backend: backend)).Hint;
        Assert.Equal(hasHistory, hint.Contains("history", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("env", true)]
    [InlineData("vault", false)]
    [InlineData("aws", false)]
    public void Unsupported_operation_is_advised_of_another_backend_on_env_only(string backend, bool isEnv)
    {
        var error = new SecretRefusedException(SecretErrorCode.Unsupported, "Unsupported.", backend: backend);
        Assert.Equal(isEnv, ErrorReport.Of(error).Hint.Contains("SECRET_BACKEND=", StringComparison.Ordinal));
    }

    [Theory]
    // A newer schema is not upgraded by this program.
    [InlineData(SecretErrorCode.SchemaMismatch, "database upgrade")]
    // With 64 changes in progress, no database needs to be restored.
    [InlineData(SecretErrorCode.AuditFailed, "restore")]
    public void Code_of_several_causes_has_a_hint_that_is_true_for_each(SecretErrorCode code, string wrong) =>
        Assert.DoesNotContain(
            wrong,
            ErrorReport.Of(new SecretException(code, "What is wrong.")).Hint,
            StringComparison.OrdinalIgnoreCase
        );

    [Fact]
    public void Unexpected_fault_is_named_by_its_type_only()
    {
        var value = RandomNumberGenerator.GetHexString(32);
        var report = ErrorReport.Of(new InvalidOperationException($"password={value}"));
        Assert.Equal(1, report.ExitCode);
        Assert.DoesNotContain(value, report.Message + report.Hint, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", report.Message, StringComparison.Ordinal);
    }
}
