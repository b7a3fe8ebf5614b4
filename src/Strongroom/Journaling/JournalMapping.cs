using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// The memory of a journal. The file behind it can be replaced while threads count in it: each increment reaches either file,
/// and none is lost.
/// </summary>
/// <remarks>
/// It is released with the last object that points into it, since a reader may be counting a hit at any moment.
/// </remarks>
internal sealed unsafe partial class JournalMapping : SafeHandle
{
    private const int ReadAndWrite = 1 | 2;
    private const int Shared = 1;
    private const int Private = 2;
    private const int Fixed = 0x10;
    private const int Anonymous = 0x20;
    private const int RandomAccess = 1;
    private const nint Failed = -1;

    private readonly long _length;
    private readonly bool _isPrivate;

    private JournalMapping(nint start, long length, bool isPrivate)
        : base(Failed, ownsHandle: true)
    {
        SetHandle(start);
        _length = length;
        _isPrivate = isPrivate;
        if (isPrivate)
            GC.AddMemoryPressure(length);
    }

    public override bool IsInvalid => handle == Failed;

    internal byte* Start => (byte*)handle;

    internal static JournalMapping Of(SafeFileHandle file, long length)
    {
        var mapping = new JournalMapping(Checked(Map(0, (nuint)length, ReadAndWrite, Shared, file, 0)), length, isPrivate: false);
        mapping.DisableReadAhead();
        return mapping;
    }

    /// <summary>Zeroed memory without a file.</summary>
    internal static JournalMapping Empty(long length) =>
        new(Checked(Map(0, (nuint)length, ReadAndWrite, Private | Anonymous, -1, 0)), length, isPrivate: true);

    /// <summary>Maps another file of the same length at the same addresses. The kernel does this atomically.</summary>
    internal void Change(SafeFileHandle file)
    {
        Checked(Map(handle, (nuint)_length, ReadAndWrite, Shared | Fixed, file, 0));
        DisableReadAhead();
    }

    protected override bool ReleaseHandle()
    {
        if (_isPrivate)
            GC.RemoveMemoryPressure(_length);
        return Unmap(handle, (nuint)_length) == 0;
    }

    /// <summary>
    /// Disables read-ahead: the file is new, and reading 32 pages of zeros with each page costs memory and time. Optional.
    /// </summary>
    private void DisableReadAhead() => _ = Advise(handle, (nuint)_length, RandomAccess);

    private static nint Checked(nint start) => start != Failed ? start : throw UnixFile.Failed(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint start, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint start, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint start, nuint length);
}
