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
    public void Unexpected_fault_is_named_by_its_type_only()
    {
        var value = RandomNumberGenerator.GetHexString(32);
        var report = ErrorReport.Of(new InvalidOperationException($"password={value}"));
        Assert.Equal(1, report.ExitCode);
        Assert.DoesNotContain(value, report.Message + report.Hint, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", report.Message, StringComparison.Ordinal);
    }
}
