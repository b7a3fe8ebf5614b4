namespace Strongroom;

/// <summary>
/// A deadline given as wall-clock time. Setting the clock ahead brings it nearer; setting the clock back does not postpone it.
/// </summary>
internal sealed class WallDeadline(DateTimeOffset at, ElapsedClock clocks)
{
    private readonly ClockReading _began = clocks.Now;

    /// <summary>The remaining time; negative once the deadline has passed.</summary>
    internal TimeSpan Left
    {
        get
        {
            var length = at - _began.Wall - clocks.Elapsed(_began);
            var wall = at - clocks.Time.GetUtcNow();
            return length < wall ? length : wall;
        }
    }
}
