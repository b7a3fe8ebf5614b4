using System.Text.Json;
using Strongroom.Audit;
using Strongroom.Cli.Commands;

namespace Strongroom.Cli.Tests.Commands;

public class AuditRowsJsonTests
{
    [Fact]
    public void Write_of_a_row_with_every_column_set_has_a_property_for_each()
    {
        var boot = Guid.NewGuid();
        var row = new AccessRow
        {
            Instance = "svc-1",
            Boot = boot,
            Sequence = 7,
            Service = "svc",
            Actor = "vault:jo",
            FirstAt = DateTimeOffset.UnixEpoch,
            LastAt = DateTimeOffset.UnixEpoch.AddHours(1),
            AccessCount = 31,
            Operation = AccessOperation.BreakGlass,
            Outcome = AccessOutcome.NotFound,
            Source = AccessSource.Backend,
            Name = "a/b",
            Version = "4",
            Backend = "vault",
            RequestId = "r-5",
            Duration = TimeSpan.FromMicroseconds(1900),
            Error = SecretErrorCode.LoginRejected,
        };

        Assert.Equal(
            $$"""
            {"rows":[{"firstAt":"1970-01-01T00:00:00+00:00","lastAt":"1970-01-01T01:00:00+00:00","service":"svc",
            "instance":"svc-1","actor":"vault:jo","boot":"{{boot}}","sequence":7,"operation":"breakglass","name":"a/b",
            "outcome":"notfound","source":"backend","version":"4","backend":"vault","requestId":"r-5",
            "durationMilliseconds":1.9,"error":"LoginRejected","count":31}]}
            """.ReplaceLineEndings(""),
            Written(row)
        );
        Assert.Contains(
            "\"durationMilliseconds\":null,\"error\":null",
            Written(row with { Duration = null, Error = null }),
            StringComparison.Ordinal
        );
    }

    private static string Written(AccessRow row)
    {
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written))
            AuditRowsJson.Write(writer, [row]);
        return System.Text.Encoding.UTF8.GetString(written.ToArray());
    }
}
