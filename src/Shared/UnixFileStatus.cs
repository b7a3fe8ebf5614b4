namespace Strongroom.Unix;

/// <summary>The status of a directory entry or open file, as <c>statx</c> reports it.</summary>
internal readonly record struct UnixFileStatus
{
    private const int BlockSize = 512;
    private const int KindMask = 0xF000;
    private const int RegularKind = 0x8000;
    private const int SymlinkKind = 0xA000;
    private const int FolderKind = 0x4000;

    private ushort RawMode { get; init; }

    private (uint Major, uint Minor, ulong Inode) Identity { get; init; }

    internal ulong Inode => Identity.Inode;

    internal uint User { get; private init; }

    internal uint Group { get; private init; }

    internal long Size { get; private init; }

    /// <summary>The number of bytes allocated by the file system.</summary>
    internal long Allocated { get; private init; }

    /// <summary>The number of hard links.</summary>
    internal uint Links { get; private init; }

    internal bool IsRegular => (RawMode & KindMask) == RegularKind;

    internal bool IsSymlink => (RawMode & KindMask) == SymlinkKind;

    internal bool IsFolder => (RawMode & KindMask) == FolderKind;

    internal UnixFileMode Mode => (UnixFileMode)(RawMode & 0xFFF);

    internal bool IsSameFileAs(UnixFileStatus other) =>
        Identity == other.Identity && RawMode == other.RawMode && User == other.User;

    internal static UnixFileStatus From(UnixFile.RawStat raw) =>
        new()
        {
            RawMode = raw.Mode,
            Identity = (raw.DeviceMajor, raw.DeviceMinor, raw.Inode),
            User = raw.User,
            Group = raw.Group,
            Size = (long)raw.Size,
            Allocated = (long)raw.Blocks * BlockSize,
            Links = raw.Links,
        };
}
