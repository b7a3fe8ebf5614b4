using System.Text;
using Microsoft.Extensions.Time.Testing;
using Strongroom.Cli.Output;

namespace Strongroom.Cli.Tests.Output;

public class ProgressReporterTests
{
    [Theory]
    [InlineData(false, "asking … 1 s\n")]
    [InlineData(true, "\r\u001b[2Kasking … 1 s\r\u001b[2Kasking … 2 s\r\u001b[2K")]
    public async Task Wait_of_more_than_a_second_is_shown_on_stderr(bool isTerminal, string expected)
    {
        using var error = new MemoryStream();
        var time = new FakeTimeProvider();
        var work = new TaskCompletionSource<int>();
        var terminal = new Terminal(
            new TerminalDevices
            {
                Input = Stream.Null,
                Output = Stream.Null,
                Error = error,
                IsErrorTerminal = isTerminal,
            }
        );

        var waiting = terminal.WaitAsync("asking", time, () => work.Task);
        time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(0, error.Length);
        time.Advance(TimeSpan.FromSeconds(0.1));
        time.Advance(TimeSpan.FromSeconds(1));
        work.SetResult(3);

        Assert.Equal(3, await waiting);
        Assert.Equal(expected, Encoding.UTF8.GetString(error.ToArray()));
    }

    [Fact]
    public void Progress_never_takes_more_than_a_line_of_80_columns()
    {
        using var error = new MemoryStream();
        var terminal = new Terminal(
            new TerminalDevices
            {
                Input = Stream.Null,
                Output = Stream.Null,
                Error = error,
                IsErrorTerminal = true,
            }
        );

        terminal.Progress($"asking SQLite at /{new string('x', 200)} … 7 s");

        var line = Encoding.UTF8.GetString(error.ToArray())["\r\u001b[2K".Length..];
        Assert.Equal(79, line.Length);
        Assert.StartsWith("asking SQLite at /x", line, StringComparison.Ordinal);
        Assert.EndsWith("x … 7 s", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_is_done_at_once_shows_nothing()
    {
        using var error = new MemoryStream();
        var terminal = new Terminal(
            new TerminalDevices
            {
                Input = Stream.Null,
                Output = Stream.Null,
                Error = error,
            }
        );
        Assert.Equal(3, await terminal.WaitAsync("asking", new FakeTimeProvider(), () => Task.FromResult(3)));
        Assert.Equal(0, error.Length);
    }
}
