using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Strongroom.Unix;

/// <summary>
/// File operations that .NET lacks, such as the owner of a file and opening without following links. Linux only; elsewhere every
/// call throws, since a check that cannot be made must not pass.
/// </summary>
internal static partial class UnixFile
{
    internal const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;
    internal const UnixFileMode OthersAny = (UnixFileMode)0b000_111_111;
    internal const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const int OpenAttempts = 100;
    private const int NoSuchEntry = 2;
    private const int NotAFolder = 20;
    private const int WouldBlock = 11;
    private const int CurrentFolder = -100;
    private const int DoNotFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const int CloseOnExec = 0x80000;
    private const int ReadAndWrite = 2;
    private const int CreateExclusive = 0x40 | 0x80;
    private const int NoTerminal = 0x100;
    private const int DoNotWait = 0x800;

    /// <summary>O_TMPFILE holds O_DIRECTORY, which is another bit on ARM.</summary>
    private static readonly int s_namelessFile =
        0x400000 | (RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000);

    private const uint BasicStats = 0x7ff;

    /// <summary>The user whose rights this process has.</summary>
    internal static uint CurrentUser => GetEffectiveUserId();

    /// <summary>The status of the name itself, without following a symbolic link; null if there is no such entry.</summary>
    /// <exception cref="IOException">The status cannot be read.</exception>
    internal static UnixFileStatus? GetStatus(string path)
    {
        EnsureLinux();
        if (Stat(CurrentFolder, path, DoNotFollow, BasicStats, out var raw) == 0)
            return UnixFileStatus.From(raw);
        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchEntry or NotAFolder ? null : throw Failed(error);
    }

    /// <summary>The status of an open file.</summary>
    internal static UnixFileStatus GetStatus(SafeFileHandle handle)
    {
        EnsureLinux();
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return Stat((int)handle.DangerousGetHandle(), "", EmptyPath, BasicStats, out var raw) == 0
                ? UnixFileStatus.From(raw)
                : throw Failed(Marshal.GetLastPInvokeError());
        }
        finally
        {
            if (added)
                handle.DangerousRelease();
        }
    }

    /// <summary>
    /// Opens a file that passes <paramref name="check"/>; null if there is none. The opened file is the checked one: if it is
    /// replaced in between, the check is repeated, which also detects a symbolic link put in its place.
    /// </summary>
    internal static SafeFileHandle? OpenChecked(string path, Action<UnixFileStatus> check, FileAccess access = FileAccess.Read)
    {
        for (var attempt = 0; attempt < OpenAttempts; attempt++)
        {
            if (GetStatus(path) is not { } seen)
                return null;
            check(seen);
            // It was removed since the check, or replaced by a dangling link: the next check tells.
            if (TryOpen(path, access == FileAccess.Read ? 0 : ReadAndWrite) is not { } handle)
                continue;
            if (GetStatus(handle).IsSameFileAs(seen))
                return handle;
            handle.Dispose();
        }
        throw new IOException($"The file was replaced {OpenAttempts} times while it was being opened.");
    }

    /// <summary>
    /// Opens a regular file for reading, following links; null if there is none. It never blocks: a pipe is opened and refused.
    /// </summary>
    /// <exception cref="IOException">It is not a regular file, or, as a credential, others may write it.</exception>
    internal static SafeFileHandle? OpenRegular(string path, FileTrust trust)
    {
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) ? File.OpenHandle(path) : null;
        var handle = TryOpen(path, 0);
        if (handle is null)
            return null;
        var facts = GetStatus(handle);
        var problem =
            !facts.IsRegular ? "it is not a regular file"
            : trust != FileTrust.Credential ? null
            : facts.User != 0 && facts.User != CurrentUser
                ? $"it belongs to another user (id {facts.User}), who could change it; run: chown {CurrentUser} {path}"
            : (facts.Mode & OthersWrite) != 0 ? $"others may write to it; run: chmod 600 {path}"
            : null;
        if (problem is null)
            return handle;
        handle.Dispose();
        throw new IOException(problem);
    }

    /// <summary>
    /// Creates a file without a name in that folder, for this user only; null if the file system does not support it.
    /// </summary>
    internal static SafeFileHandle? TryCreateNameless(string folder)
    {
        EnsureLinux();
        // A nameless file gets its name by way of /proc.
        var descriptor = Directory.Exists("/proc/self/fd")
            ? Open(folder, s_namelessFile | ReadAndWrite | CloseOnExec, (int)OwnerOnly)
            : -1;
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
    }

    /// <summary>Creates a file that only this user may use; throws where the name is taken.</summary>
    internal static SafeFileHandle CreateNew(string path)
    {
        EnsureLinux();
        var descriptor = Open(path, CreateExclusive | ReadAndWrite | CloseOnExec, (int)OwnerOnly);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed(Marshal.GetLastPInvokeError());
    }

    /// <summary>Gives a nameless file its name; false where that is taken.</summary>
    internal static bool TryLink(SafeFileHandle handle, string name)
    {
        var added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            return TryLink($"/proc/self/fd/{(int)handle.DangerousGetHandle()}", name);
        }
        finally
        {
            if (added)
                handle.DangerousRelease();
        }
    }

    /// <summary>Gives a file a second name; false where that is taken.</summary>
    internal static bool TryLink(string path, string name)
    {
        const int followLink = 0x400;
        const int exists = 17;
        EnsureLinux();
        if (LinkAt(CurrentFolder, path, CurrentFolder, name, followLink) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == exists ? false : throw Failed(error);
    }

    /// <summary>Opens what is there without waiting for anything; null where there is nothing.</summary>
    private static SafeFileHandle? TryOpen(string path, int access)
    {
        const int noAccess = 13;
        const int notPermitted = 1;
        var descriptor = Open(path, access | DoNotWait | NoTerminal | CloseOnExec, 0);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            NoSuchEntry or NotAFolder => null,
            noAccess or notPermitted => throw new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
            _ => throw Failed(error),
        };
    }

    /// <summary>
    /// Creates a file that only this user may use, and never opens one that is there already, be it a link or not.
    /// </summary>
    internal static FileStream CreateOwnerOnly(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw NotLinux();
        return new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                BufferSize = 0,
                UnixCreateMode = OwnerOnly,
            }
        );
    }

    /// <summary>Creates a folder that only this user may use, unless there is one.</summary>
    internal static void CreateOwnerOnlyFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw NotLinux();
        Directory.CreateDirectory(path, OwnerOnlyFolder);
    }

    /// <summary>A file without a name that only this process can access and that ends with it.</summary>
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

    /// <summary>Makes a rename in this folder survive a power failure.</summary>
    internal static void FlushFolder(string folder)
    {
        using var handle = OpenFolder(folder);
        if (Flush(handle) != 0)
            throw Failed(Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Takes the advisory lock of the folder if it is free; otherwise null. It leaves no lock file behind and ends with the
    /// process.
    /// </summary>
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
        var descriptor = Open(folder, CloseOnExec, 0);
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
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string label, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(int folder, string path, int toFolder, string name, int flags);

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
        [FieldOffset(16)]
        internal uint Links;

        [FieldOffset(20)]
        internal uint User;

        [FieldOffset(24)]
        internal uint Group;

        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Inode;

        [FieldOffset(40)]
        internal ulong Size;

        [FieldOffset(48)]
        internal ulong Blocks;

        [FieldOffset(136)]
        internal uint DeviceMajor;

        [FieldOffset(140)]
        internal uint DeviceMinor;
    }
}
