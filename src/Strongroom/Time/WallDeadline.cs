namespace Strongroom;

/// <summary>
/// An end that somebody gave as a time of day. A clock that is set ahead brings it nearer; one that is set back moves it no
/// further away.
/// </summary>
internal sealed class WallDeadline(DateTimeOffset at, ElapsedClock clocks)
{
    private readonly ClockReading _began = clocks.Now;

    /// <summary>What is left; negative once it is over.</summary>
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
