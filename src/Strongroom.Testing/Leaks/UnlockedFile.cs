using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Testing;

/// <summary>
/// Opens a file for reading without locking it. .NET's own way takes a shared lock whatever sharing it is told, and so never gets
/// at a journal, on which its process keeps an exclusive one.
/// </summary>
internal static partial class UnlockedFile
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    /// <summary>A pipe without a writer gives nothing, and is not waited for.</summary>
    private const int DoNotWait = 0x800;

    private const int WouldBlock = 11;

    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        if (!OperatingSystem.IsLinux())
            return new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0,
                FileOptions.SequentialScan
            );
        var handle = Open(path, ReadOnly | DoNotWait | CloseOnExec);
        // Another process holds a lease, as on a journal in use, which no pipe has: it lets go of it as soon as it is told.
        if (handle.IsInvalid && Marshal.GetLastPInvokeError() == WouldBlock)
            handle = Open(path, ReadOnly | CloseOnExec);
        if (!handle.IsInvalid)
            return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw new IOException(new Win32Exception(error).Message);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);
}
