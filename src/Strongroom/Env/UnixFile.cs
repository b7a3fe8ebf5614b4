using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Env;

/// <summary>
/// What .NET does not tell about a file: who owns it and whether the name leads to it directly. Linux only; elsewhere every call
/// throws, since a check that cannot be made must not pass.
/// </summary>
internal static partial class UnixFile
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;
    internal const UnixFileMode OthersAny = (UnixFileMode)0b000_111_111;
    internal const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const int LookAttempts = 100;
    private const int NoSuchEntry = 2;
    private const int NotAFolder = 20;
    private const int WouldBlock = 11;
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const int CloseOnExec = 0x80000;
    private const uint BasicStats = 0x7ff;

    /// <summary>The user whose rights this process has.</summary>
    internal static uint CurrentUser => GetEffectiveUserId();

    /// <summary>Looks at the name itself, without following a symlink; null where there is no such entry.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    internal static UnixFileFacts? Look(string path)
    {
        EnsureLinux();
        if (Stat(CurrentFolder, path, DoNotFollow, BasicStats, out var raw) == 0)
            return UnixFileFacts.From(raw);
        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchEntry or NotAFolder ? null : throw Failed(error);
    }

    /// <summary>Looks at an open file.</summary>
    internal static UnixFileFacts Look(SafeFileHandle handle)
    {
        EnsureLinux();
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return Stat((int)handle.DangerousGetHandle(), "", EmptyPath, BasicStats, out var raw) == 0
                ? UnixFileFacts.From(raw)
                : throw Failed(Marshal.GetLastPInvokeError());
        }
        finally
        {
            if (added)
                handle.DangerousRelease();
        }
    }

    /// <summary>
    /// Opens a file that <paramref name="check"/> has seen and not thrown for; null where there is none. What was opened is what was
    /// checked: a writer that replaces the file between the two is waited for by looking again, and a symlink put there is seen then.
    /// </summary>
    internal static SafeFileHandle? OpenChecked(string path, Action<UnixFileFacts> check, FileAccess access = FileAccess.Read)
    {
        for (var attempt = 0; attempt < LookAttempts; attempt++)
        {
            if (Look(path) is not { } seen)
                return null;
            check(seen);
            try
            {
                var handle = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
                if (Look(handle).IsSameFileAs(seen))
                    return handle;
                handle.Dispose();
            }
            catch (FileNotFoundException)
            {
                // It went away since the look, or a symlink to nothing took its place: the next look tells.
            }
        }
        throw new IOException($"The file was replaced {LookAttempts} times while it was being opened.");
    }

    /// <summary>Creates a file that only this user may use, and never opens one that is there already, be it a link or not.</summary>
    internal static FileStream CreateOwnerOnly(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw NotLinux();
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        });
    }

    /// <summary>Creates a folder that only this user may use, unless there is one.</summary>
    internal static void CreateOwnerOnlyFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw NotLinux();
        Directory.CreateDirectory(path, OwnerOnlyFolder);
    }

    /// <summary>
    /// Gives a file a second name, and throws where that name is taken. <c>File.Move</c> without overwriting is no such thing: it looks
    /// whether the name is free and then renames, so of two that look at once the second takes the name from the first.
    /// </summary>
    /// <exception cref="IOException">The name is taken, or this file system has no second names.</exception>
    internal static void Link(string path, string name)
    {
        EnsureLinux();
        if (MakeLink(path, name) != 0)
            throw Failed(Marshal.GetLastPInvokeError());
    }

    /// <summary>A file without a name, that only this process can reach and that ends with it.</summary>
    internal static SafeFileHandle CreateInMemory(string label)
    {
        const int closeOnExec = 1;
        EnsureLinux();
        var descriptor = MemoryFile(label, closeOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed(Marshal.GetLastPInvokeError());
    }

    internal static void SetMode(SafeFileHandle handle, UnixFileMode mode)
    {
        if (!OperatingSystem.IsLinux())
            throw NotLinux();
        File.SetUnixFileMode(handle, mode);
    }

    /// <summary>Gives an open file to another owner.</summary>
    internal static void SetOwner(SafeFileHandle handle, uint user, uint group)
    {
        EnsureLinux();
        if (ChangeOwner(handle, user, group) != 0)
            throw Failed(Marshal.GetLastPInvokeError());
    }

    /// <summary>Makes a rename in this folder survive a power cut.</summary>
    internal static void FlushFolder(string folder)
    {
        using var handle = OpenFolder(folder);
        if (Flush(handle) != 0)
            throw Failed(Marshal.GetLastPInvokeError());
    }

    /// <summary>Takes the folder's advisory lock if it is free, and null otherwise. It leaves no lock file behind and ends with the process.</summary>
    internal static IDisposable? TryLockFolder(string folder)
    {
        const int exclusiveWithoutWaiting = 2 | 4;
        var handle = OpenFolder(folder);
        if (Lock(handle, exclusiveWithoutWaiting) == 0)
            return handle;
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        return error == WouldBlock ? null : throw Failed(error);
    }

    private static SafeFileHandle OpenFolder(string folder)
    {
        EnsureLinux();
        var descriptor = Open(folder, CloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed(Marshal.GetLastPInvokeError());
    }

    private static void EnsureLinux()
    {
        if (!OperatingSystem.IsLinux())
            throw NotLinux();
    }

    private static PlatformNotSupportedException NotLinux() => new("Strongroom checks owners and modes of files on Linux only.");

    internal static IOException Failed(int error) => new(new Win32Exception(error).Message, error);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, out RawStat result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string label, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeLink(string path, string name);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle handle, uint user, uint group);

    /// <summary>The kernel's <c>struct statx</c>, chosen over <c>stat</c> because it is the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct RawStat
    {
        [FieldOffset(20)] internal uint User;
        [FieldOffset(24)] internal uint Group;
        [FieldOffset(28)] internal ushort Mode;
        [FieldOffset(32)] internal ulong Inode;
        [FieldOffset(40)] internal ulong Size;
        [FieldOffset(48)] internal ulong Blocks;
        [FieldOffset(136)] internal uint DeviceMajor;
        [FieldOffset(140)] internal uint DeviceMinor;
    }
}
