using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Strongroom.Cli.Running;

/// <summary>The kernel's calls for children: what .NET's own way would put into managed texts, and what it does not offer at all.</summary>
internal static unsafe partial class ChildProcess
{
    private const int BrokenPipe = 13;
    private const int Interrupted = 4;
    private const int SetMask = 2;
    private const short SetSignalMask = 0x08;
    private const short SetSignalDefaults = 0x04;

    // Larger than glibc's and musl's structures are.
    private const int SignalSetSize = 128;
    private const int AttributesSize = 512;

    /// <summary>Makes this process that program. It returns only where that failed.</summary>
    /// <exception cref="CommandException">It cannot be started.</exception>
    internal static void Replace(string path, NativeTexts arguments, NativeTexts variables)
    {
        // .NET ignores SIGPIPE, and what is ignored or blocked stays so in the new program.
        Signal(BrokenPipe, 0);
        var none = stackalloc byte[SignalSetSize];
        new Span<byte>(none, SignalSetSize).Clear();
        _ = ThreadMask(SetMask, none, null);
        Execute(path, arguments.Pointer, variables.Pointer);
        throw NotStarted(Marshal.GetLastPInvokeError());
    }

    /// <summary>Starts a child and gives its id.</summary>
    /// <exception cref="CommandException">It cannot be started.</exception>
    internal static int Start(string path, NativeTexts arguments, NativeTexts variables)
    {
        var attributes = stackalloc byte[AttributesSize];
        var none = stackalloc byte[SignalSetSize];
        var pipe = stackalloc byte[SignalSetSize];
        new Span<byte>(none, SignalSetSize).Clear();
        new Span<byte>(pipe, SignalSetSize).Clear();
        _ = AddSignal(pipe, BrokenPipe);
        _ = InitializeAttributes(attributes);
        try
        {
            _ = SetMaskOf(attributes, none);
            _ = SetDefaultsOf(attributes, pipe);
            _ = SetFlagsOf(attributes, SetSignalMask | SetSignalDefaults);
            var error = Spawn(out var id, path, null, attributes, arguments.Pointer, variables.Pointer);
            return error == 0 ? id : throw NotStarted(error);
        }
        finally
        {
            _ = DestroyAttributes(attributes);
        }
    }

    /// <summary>Waits for a child on this thread; its exit code, or 128 and the signal that ended it.</summary>
    internal static int Wait(int id)
    {
        int status;
        while (WaitFor(id, out status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                return ExitCodes.Unexpected;
        }
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    internal static void Send(int id, int signal) => _ = Kill(id, signal);

    private static CommandException NotStarted(int error) => CommandException.Usage(
        $"COMMAND cannot be started: {new Win32Exception(error).Message}", "Check the program's mode, its first line (#!), and that it is made for this machine.");

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, byte** arguments, byte** variables);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int id, string path, void* actions, void* attributes, byte** arguments, byte** variables);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitializeAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(void* attributes);

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
}
