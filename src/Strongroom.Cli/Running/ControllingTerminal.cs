using System.Runtime.InteropServices;

namespace Strongroom.Cli.Running;

/// <summary>
/// The terminal that a child's process group needs in the foreground: without it the child gets no Ctrl-C and is stopped at its
/// first read. It is handed to the child as a shell does, and taken back.
/// </summary>
internal sealed unsafe partial class ControllingTerminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NotControlling = 0x100;
    private const int ClosedInChildren = 0x80000;
    private const int Now = 0;

    // Larger than any termios is.
    private const int ModesSize = 256;

    private readonly int _descriptor;
    private readonly byte[] _modes = new byte[ModesSize];
    private bool _isHanded;

    private ControllingTerminal(int descriptor)
    {
        _descriptor = descriptor;
        fixed (byte* modes = _modes)
            _ = GetModes(descriptor, modes);
    }

    /// <summary>The terminal of this session; null if it does not exist.</summary>
    internal static ControllingTerminal? Find() =>
        Open("/dev/tty", ReadWrite | NotControlling | ClosedInChildren) is >= 0 and var descriptor
            ? new ControllingTerminal(descriptor)
            : null;

    /// <summary>Gives it to a group, where it is this process's own to give; the child may have taken it at its start.</summary>
    internal void HandTo(int group)
    {
        if (IsForeground(group) || (IsOurs() && Set(group)))
            _isHanded = true;
    }

    /// <summary>Takes it back from whom it was handed to.</summary>
    internal void TakeBack()
    {
        if (_isHanded)
            Set(OwnGroup());
        _isHanded = false;
    }

    /// <summary>What a child may take for its group as it starts; null where it is not this process's own to give.</summary>
    internal int? Descriptor => IsOurs() ? _descriptor : null;

    internal bool IsOurs() => IsForeground(OwnGroup());

    internal bool IsForeground(int group) => GetForeground(_descriptor) == group;

    /// <summary>As it was at the start: a program that was ended has not put back what it changed.</summary>
    internal void RestoreModes()
    {
        fixed (byte* modes = _modes)
        {
            if (IsOurs())
                _ = SetModes(_descriptor, Now, modes);
        }
    }

    public void Dispose()
    {
        TakeBack();
        ChildProcess.Close(_descriptor);
    }

    /// <summary>
    /// From the background too, which the system answers with SIGTTOU unless this thread blocks it. (To ignore it is no use:
    /// .NET's console puts it back.)
    /// </summary>
    private bool Set(int group)
    {
        using var blocked = ChildProcess.BlockTerminalOutput();
        return SetForeground(_descriptor, group) == 0;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GetForeground(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcsetpgrp")]
    private static partial int SetForeground(int descriptor, int group);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetModes(int descriptor, byte* modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetModes(int descriptor, int when, byte* modes);
}
