using System.Text;
using System.Text.Json;
using Strongroom.Audit;
using Strongroom.Journaling;

namespace Strongroom.Tests.Journaling;

public class InstanceRowJsonTests
{
    private static readonly InstanceRow s_row = new(
        "svc-1",
        new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
        "svc",
        "local",
        "vault",
        "höst",
        42,
        "vault:\"x\" <a+b> \\ \t 🔑",
        new DateTimeOffset(2026, 11, 24, 19, 26, 51, 120, TimeSpan.Zero)
    );

    [Fact]
    public void TryRead_of_what_older_programs_wrote_is_the_same_row()
    {
        var written = """
            {"Instance":"svc-1","Boot":"0f8fad5b-d9cb-469f-a165-70867728950e","Service":"svc","Environment":"local",
            "Backend":"vault","Host":"h\u00F6st","ProcessId":42,
            "Actor":"vault:\u0022x\u0022 \u003Ca\u002Bb\u003E \\ \t \uD83D\uDD11",
            "StartedAt":"2026-11-24T19:26:51.12+00:00"}
            """.ReplaceLineEndings("");
        Assert.Equal(written, JsonSerializer.Serialize(s_row));
        Assert.Equal(s_row, InstanceRowJson.TryRead(Encoding.UTF8.GetBytes(written)));
    }

    [Fact]
    public void Write_is_read_by_older_programs_too()
    {
        Assert.Equal(s_row, JsonSerializer.Deserialize<InstanceRow>(InstanceRowJson.Write(s_row)));
        Assert.Equal(s_row, InstanceRowJson.TryRead(InstanceRowJson.Write(s_row)));
    }

    [Fact]
    public void Write_of_half_a_character_stays_readable() =>
        Assert.Equal("a\uFFFD", InstanceRowJson.TryRead(InstanceRowJson.Write(s_row with { Actor = "a\uD83D" }))?.Actor);

    [Fact]
    public void TryRead_passes_over_what_later_programs_add_and_takes_what_is_missing_as_empty()
    {
        var row = InstanceRowJson.TryRead("""{"Later":{"Actor":["x"]},"Instance":"svc-1","Actor":null}"""u8);
        Assert.Equal(new InstanceRow("svc-1", Guid.Empty, "", "", "", "", 0, "", default), row);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"Instance\":\"a\"")]
    [InlineData("{\"Instance\":1}")]
    [InlineData("{\"Boot\":\"a\"}")]
    [InlineData("{\"ProcessId\":\"a\"}")]
    [InlineData("{\"StartedAt\":\"a\"}")]
    [InlineData("{\"Actor\":\"\\uD83D\"}")]
    public void TryRead_of_what_is_no_row_is_null(string written) =>
        Assert.Null(InstanceRowJson.TryRead(Encoding.UTF8.GetBytes(written)));
}
