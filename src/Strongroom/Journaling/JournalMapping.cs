using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// A stretch of memory that a journal lies in. The file behind it can be changed for another while threads count in it: each
/// increment lands in the one or in the other, none between them.
/// </summary>
/// <remarks>It ends with the last object that points into it, never earlier: a reader may be counting a hit at that
/// moment.</remarks>
internal sealed unsafe partial class JournalMapping : SafeHandle
{
    private const int ReadAndWrite = 1 | 2;
    private const int Shared = 1;
    private const int Private = 2;
    private const int OverWhatIsThere = 0x10;
    private const int WithoutFile = 0x20;
    private const int AtRandom = 1;
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
        mapping.ReadNothingAhead();
        return mapping;
    }

    /// <summary>Zeros that no file backs.</summary>
    internal static JournalMapping Empty(long length) =>
        new(Checked(Map(0, (nuint)length, ReadAndWrite, Private | WithoutFile, -1, 0)), length, isPrivate: true);

    /// <summary>
    /// Puts another file of the same length behind the same addresses. The kernel lets no thread see a state between.
    /// </summary>
    internal void Change(SafeFileHandle file)
    {
        Checked(Map(handle, (nuint)_length, ReadAndWrite, Shared | OverWhatIsThere, file, 0));
        ReadNothingAhead();
    }

    protected override bool ReleaseHandle()
    {
        if (_isPrivate)
            GC.RemoveMemoryPressure(_length);
        return Unmap(handle, (nuint)_length) == 0;
    }

    /// <summary>
    /// The file is fresh: 32 pages of zeros with each that is written are memory and time for nothing. Without it all works too.
    /// </summary>
    private void ReadNothingAhead() => _ = Advise(handle, (nuint)_length, AtRandom);

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
