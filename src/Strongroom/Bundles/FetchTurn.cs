namespace Strongroom.Bundles;

/// <summary>A call that waits for its turn at the backend, or has had it.</summary>
internal sealed class FetchTurn(bool isFailing)
{
    /// <summary>True where every bundle of the call failed last time: it may hang again.</summary>
    internal bool IsFailing { get; } = isFailing;

    internal bool HasBegun { get; set; }

    /// <summary>A caller waits for it, so it is queued among the calls that go first.</summary>
    internal bool IsUrgent { get; set; }

    internal TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
