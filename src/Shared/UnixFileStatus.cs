namespace Strongroom.Unix;

/// <summary>The status of a directory entry or open file, as <c>statx</c> reports it.</summary>
internal readonly record struct UnixFileStatus
{
    private const int BlockSize = 512;
    private const int KindMask = 0xF000;
    private const int RegularKind = 0x8000;
    private const int SymlinkKind = 0xA000;
    private const int FolderKind = 0x4000;

    private readonly ushort _mode;
    private readonly uint _major;
    private readonly uint _minor;

    private UnixFileStatus(UnixFile.RawStat raw)
    {
        _mode = raw.Mode;
        (_major, _minor, Inode) = (raw.DeviceMajor, raw.DeviceMinor, raw.Inode);
        (User, Group) = (raw.User, raw.Group);
        Size = (long)raw.Size;
        Allocated = (long)raw.Blocks * BlockSize;
        Links = raw.Links;
    }

    internal ulong Inode { get; }

    internal uint User { get; }

    internal uint Group { get; }

    internal long Size { get; }

    /// <summary>The number of bytes allocated by the file system.</summary>
    internal long Allocated { get; }

    /// <summary>The number of hard links.</summary>
    internal uint Links { get; }

    internal bool IsRegular => (_mode & KindMask) == RegularKind;

    internal bool IsSymlink => (_mode & KindMask) == SymlinkKind;

    internal bool IsFolder => (_mode & KindMask) == FolderKind;

    internal UnixFileMode Mode => (UnixFileMode)(_mode & 0xFFF);

    internal bool IsSameFileAs(UnixFileStatus other) =>
        (_major, _minor, Inode) == (other._major, other._minor, other.Inode) && _mode == other._mode && User == other.User;

    internal static UnixFileStatus From(UnixFile.RawStat raw) => new(raw);
}
