using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Strongroom.Cli.Running;

/// <summary>
/// The kernel's calls for children: what .NET's own way would put into managed texts, and what it does not offer at all.
/// </summary>
internal static unsafe partial class ChildProcess
{
    private const string AddForegroundName = "posix_spawn_file_actions_addtcsetpgrp_np";
    private const int BrokenPipe = 13;
    private const int TerminalStop = 20;
    private const int TerminalInput = 21;
    private const int TerminalOutput = 22;
    private const int Interrupted = 4;
    private const int Block = 0;
    private const int SetMask = 2;
    private const int BecomeSubreaper = 36;
    private const int AlsoStopped = 2;
    private const short SetGroup = 0x02;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;

    // Larger than glibc's and musl's structures are.
    private const int SignalSetSize = 128;
    private const int AttributesSize = 512;

    /// <summary>Makes this process that program. It returns only where that failed.</summary>
    /// <exception cref="CommandException">It cannot be started.</exception>
    internal static void Replace(string path, NativeStrings arguments, NativeStrings variables)
    {
        // .NET ignores SIGPIPE, and what is ignored or blocked stays so in the new program.
        Signal(BrokenPipe, 0);
        var none = stackalloc byte[SignalSetSize];
        new Span<byte>(none, SignalSetSize).Clear();
        _ = ThreadMask(SetMask, none, null);
        Execute(path, arguments.Pointer, variables.Pointer);
        throw NotStarted(Marshal.GetLastPInvokeError());
    }

    /// <summary>Starts a child and gives its id, which is its group's too where it has one of its own.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">Its variables.</param>
    /// <param name="ownGroup">Whether it leads a process group of its own.</param>
    /// <param name="input">What its stdin is; stdout and stderr lead nowhere then. Null: all three are ours.</param>
    /// <param name="terminal">The terminal whose foreground its group becomes before it runs, where libc can do that (glibc from
    /// 2.35 on).</param>
    /// <exception cref="CommandException">It cannot be started.</exception>
    internal static int Start(
        string path,
        NativeStrings arguments,
        NativeStrings variables,
        bool ownGroup,
        int? input = null,
        int? terminal = null
    )
    {
        var attributes = stackalloc byte[AttributesSize];
        var actions = stackalloc byte[AttributesSize];
        var none = stackalloc byte[SignalSetSize];
        var defaults = stackalloc byte[SignalSetSize];
        new Span<byte>(none, SignalSetSize).Clear();
        new Span<byte>(defaults, SignalSetSize).Clear();
        foreach (var signal in (ReadOnlySpan<int>)[BrokenPipe, TerminalStop, TerminalInput, TerminalOutput])
            _ = AddSignal(defaults, signal);
        _ = InitializeAttributes(attributes);
        _ = InitializeActions(actions);
        try
        {
            _ = SetMaskOf(attributes, none);
            _ = SetDefaultsOf(attributes, defaults);
            _ = SetFlagsOf(attributes, (short)(SetSignalMask | SetSignalDefaults | (ownGroup ? SetGroup : 0)));
            if (input is { } stdin)
            {
                _ = AddDuplicate(actions, stdin, 0);
                _ = AddOpen(actions, 1, "/dev/null", 1, 0);
                _ = AddDuplicate(actions, 1, 2);
            }
            if (
                terminal is { } descriptor
                && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), AddForegroundName, out var addForeground)
            )
                _ = ((delegate* unmanaged<void*, int, int>)addForeground)(actions, descriptor);
            var error = Spawn(out var id, path, actions, attributes, arguments.Pointer, variables.Pointer);
            return error == 0 ? id : throw NotStarted(error);
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
    }

    /// <summary>From now on, a descendant whose own parent is gone is this process's child.</summary>
    internal static void AdoptOrphans() => _ = ProcessControl(BecomeSubreaper, 1, 0, 0, 0);

    /// <summary>Waits on this thread for any child to end or stop; its id and status, or null where there is no child.</summary>
    internal static (int Id, ChildStatus Status)? WaitAny()
    {
        while (true)
        {
            if (WaitFor(-1, out var status, AlsoStopped) is > 0 and var id)
                return (id, new ChildStatus(status));
            if (Marshal.GetLastPInvokeError() != Interrupted)
                return null;
        }
    }

    /// <summary>Sends a signal to a process, or to the group whose number is negated.</summary>
    internal static void Send(int id, int signal) => _ = Kill(id, signal);

    /// <summary>Until disposed, on the same thread, the terminal may be changed from the background.</summary>
    internal static TerminalOutputBlock BlockTerminalOutput() => new();

    /// <summary>Ignores a signal, or restores its default action.</summary>
    internal static void Ignore(int signal, bool isIgnored = true) => _ = Signal(signal, isIgnored ? 1 : 0);

    /// <summary>Sends this very thread a signal: what it does has happened when this returns.</summary>
    internal static void SendSelf(int signal) => _ = Raise(signal);

    /// <summary>A pipe that no child gets.</summary>
    internal static (int Read, int Write)? Pipe()
    {
        const int closedInChildren = 0x80000;
        var ends = stackalloc int[2];
        return MakePipe(ends, closedInChildren) == 0 ? (ends[0], ends[1]) : null;
    }

    internal static void Write(int descriptor, string text)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        fixed (byte* start = bytes)
            _ = WriteTo(descriptor, start, (nuint)bytes.Length);
    }

    internal static void Close(int descriptor) => _ = CloseOne(descriptor);

    private static CommandException NotStarted(int error) =>
        CommandException.Usage(
            $"COMMAND cannot be started: {new Win32Exception(error).Message}",
            "Check the file's mode, its first line (#!), and that it is built for this machine."
        );

    internal ref struct TerminalOutputBlock : IDisposable
    {
        private fixed byte _before[SignalSetSize];

        public TerminalOutputBlock()
        {
            var blocked = stackalloc byte[SignalSetSize];
            new Span<byte>(blocked, SignalSetSize).Clear();
            _ = AddSignal(blocked, TerminalOutput);
            fixed (byte* before = _before)
                _ = ThreadMask(Block, blocked, before);
        }

        public void Dispose()
        {
            fixed (byte* before = _before)
                _ = ThreadMask(SetMask, before, null);
        }
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, byte** arguments, byte** variables);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(
        out int id,
        string path,
        void* actions,
        void* attributes,
        byte** arguments,
        byte** variables
    );

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitializeAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitializeActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMaskOf(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaultsOf(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlagsOf(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static partial int AddSignal(void* signals, int signal);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int ThreadMask(int how, void* signals, void* old);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int id, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);

    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int MakePipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteTo(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseOne(int descriptor);
}
