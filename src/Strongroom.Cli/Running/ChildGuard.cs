using System.Globalization;

namespace Strongroom.Cli.Running;

/// <summary>
/// A shell that survives a SIGKILL of this process and then ends the child: an orphaned server would keep its port and the old
/// secret. It knows only a process number and has no variables.
/// </summary>
internal sealed class ChildGuard : IDisposable
{
    private const string Shell = "/bin/sh";

    private const string Script = """
        while read -r line; do target=$line; done
        [ -n "$target" ] || exit 0
        kill -TERM "$target"; kill -CONT "$target"
        for second in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$target" || exit 0; sleep 1; done
        kill -KILL "$target"
        """;

    private readonly int _pipe;

    private ChildGuard(int id, int pipe) => (Id, _pipe) = (id, pipe);

    internal int Id { get; }

    /// <summary>Null where it cannot be started: that keeps nothing from running.</summary>
    internal static ChildGuard? Start()
    {
        if (!File.Exists(Shell) || ChildProcess.Pipe() is not { } pipe)
            return null;
        using var arguments = NativeStrings.Arguments([Shell, "-c", Script]);
        using var variables = NativeStrings.Arguments(["PATH=/usr/bin:/bin"]);
        try
        {
            return new ChildGuard(ChildProcess.Start(Shell, arguments, variables, ownGroup: true, pipe.Read), pipe.Write);
        }
        catch (CommandException)
        {
            ChildProcess.Close(pipe.Write);
            return null;
        }
        finally
        {
            ChildProcess.Close(pipe.Read);
        }
    }

    /// <summary>What it ends: a process, a group whose number is negated, or nothing (0).</summary>
    internal void Watch(int target) =>
        ChildProcess.Write(_pipe, target == 0 ? "\n" : string.Create(CultureInfo.InvariantCulture, $"{target}\n"));

    public void Dispose()
    {
        Watch(0);
        ChildProcess.Close(_pipe);
    }
}
