namespace Trading.ServiceDefaults;

/// <summary>Whether the start is over. Until then the host's own report of a failure, with its stack trace, is not wanted.</summary>
internal sealed class StartSwitch
{
    private volatile bool _hasStarted;

    internal bool HasStarted
    {
        get => _hasStarted;
        set => _hasStarted = value;
    }
}
