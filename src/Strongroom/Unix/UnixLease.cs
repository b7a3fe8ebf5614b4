using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Unix;

/// <summary>
/// The kernel's word that it lets nobody else open or cut a file before its holder was told and had time to act
/// (<c>/proc/sys/fs/lease-break-time</c>, 45 s).
/// </summary>
internal static partial class UnixLease
{
    /// <summary>SIGURG: the only effect of one that nobody handles is none, so it can never end the process.</summary>
    internal const PosixSignal Signal = (PosixSignal)23;

    private const int SetOwner = 8;
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int GetLease = 1025;
    private const int WriteLease = 1;
    private const int NoLease = 2;
    private const int Busy = 11;

    /// <summary>Takes the lease. False where another process has the file open just now; it can be tried again.</summary>
    /// <exception cref="IOException">This file system has no leases.</exception>
    internal static bool TryTake(SafeFileHandle file)
    {
        _ = Control(file, SetSignal, (int)Signal);
        if (Control(file, SetLease, WriteLease) == 0)
        {
            // Without this the thread that asked would be told, which may have ended by then.
            _ = Control(file, SetOwner, Environment.ProcessId);
            return true;
        }
        var error = Marshal.GetLastPInvokeError();
        return error == Busy ? false : throw UnixFile.Failed(error);
    }

    /// <summary>False once somebody waits for the file, or had it without waiting longer.</summary>
    internal static bool IsUndisturbed(SafeFileHandle file) => Control(file, GetLease, 0) == WriteLease;

    internal static void GiveUp(SafeFileHandle file) => _ = Control(file, SetLease, NoLease);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
