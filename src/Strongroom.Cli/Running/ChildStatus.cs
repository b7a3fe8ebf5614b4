namespace Strongroom.Cli.Running;

/// <summary>The status of a child from <c>wait(2)</c>.</summary>
internal readonly record struct ChildStatus(int Number)
{
    private const int StoppedMark = 0x7f;

    /// <summary>The signal that stopped it; null where it ended.</summary>
    internal int? StoppedBy => (Number & 0xff) == StoppedMark ? (Number >> 8) & 0xff : null;

    /// <summary>Its exit code, or 128 and the signal that ended it.</summary>
    internal int ExitCode => (Number & 0x7f) is var signal and not 0 ? 128 + signal : (Number >> 8) & 0xff;
}
