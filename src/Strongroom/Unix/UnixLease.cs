using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Unix;

/// <summary>
/// A kernel lease: before another process may open or truncate the file, its holder is notified and given time to act
/// (<c>/proc/sys/fs/lease-break-time</c>, 45 s).
/// </summary>
internal static partial class UnixLease
{
    /// <summary>SIGURG. Its default action is to be ignored, so it can never end the process.</summary>
    internal const PosixSignal Signal = (PosixSignal)23;

    private const int SetOwner = 8;
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const int GetLease = 1025;
    private const int WriteLease = 1;
    private const int NoLease = 2;
    private const int Busy = 11;

    /// <summary>Takes the lease. False if another process currently has the file open; it can be retried.</summary>
    /// <exception cref="IOException">The file system does not support leases.</exception>
    internal static bool TryTake(SafeFileHandle file)
    {
        _ = Control(file, SetSignal, (int)Signal);
        if (Control(file, SetLease, WriteLease) == 0)
        {
            // Otherwise the calling thread would be notified, which may have ended by then.
            _ = Control(file, SetOwner, Environment.ProcessId);
            return true;
        }
        var error = Marshal.GetLastPInvokeError();
        return error == Busy ? false : throw UnixFile.Failed(error);
    }

    /// <summary>False once another process waits for the file, or has opened it after the notification timed out.</summary>
    internal static bool IsUndisturbed(SafeFileHandle file) => Control(file, GetLease, 0) == WriteLease;

    internal static void GiveUp(SafeFileHandle file) => _ = Control(file, SetLease, NoLease);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
