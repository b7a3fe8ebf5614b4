using System.Runtime.InteropServices;

namespace PaperRun.Tests.Support;

/// <summary>Sends signals to processes that the test started, by their id.</summary>
internal static partial class Signal
{
    internal const int HangUp = 1;
    internal const int Interrupt = 2;
    internal const int Kill = 9;
    internal const int Terminate = 15;

    internal static void Send(int process, int signal) => _ = SendTo(process, signal);

    /// <summary>To all of the session that the process leads, as a terminal does on Ctrl-C.</summary>
    internal static void SendToGroup(int leader, int signal) => _ = SendTo(-leader, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendTo(int process, int signal);
}
