using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Unix;

/// <summary>Locks single bytes of a file. The locks belong to the open file, not to the process, and end with it.</summary>
internal static partial class UnixRangeLock
{
    private const int GetLock = 36;
    private const int Set = 37;
    private const short Exclusive = 1;
    private const short Free = 2;

    /// <exception cref="IOException">The byte is locked, or the file system does not support such locks.</exception>
    internal static void Take(SafeFileHandle file, long at)
    {
        var wanted = Byte(at);
        if (Control(file, Set, ref wanted) != 0)
            throw UnixFile.Failed(Marshal.GetLastPInvokeError());
    }

    /// <summary>Whether another open file locks the byte; false if that cannot be determined.</summary>
    internal static bool IsTaken(SafeFileHandle file, long at)
    {
        var wanted = Byte(at);
        return Control(file, GetLock, ref wanted) == 0 && wanted.Kind != Free;
    }

    private static Range Byte(long at) =>
        new()
        {
            Kind = Exclusive,
            Start = at,
            Length = 1,
        };

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref Range range);

    /// <summary>The kernel's <c>struct flock</c> on 64-bit processors.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct Range
    {
        [FieldOffset(0)]
        internal short Kind;

        [FieldOffset(8)]
        internal long Start;

        [FieldOffset(16)]
        internal long Length;
    }
}
