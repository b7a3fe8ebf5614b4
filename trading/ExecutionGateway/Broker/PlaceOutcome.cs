namespace ExecutionGateway.Broker;

/// <summary>How an attempt to place an order ended.</summary>
internal abstract record PlaceOutcome
{
    /// <summary>The broker has it.</summary>
    public sealed record Placed(BrokerOrder Order) : PlaceOutcome;

    /// <summary>The broker said no to this attempt; an earlier one may have arrived.</summary>
    /// <param name="Reason">Status and code, never the broker's words.</param>
    /// <param name="MayBeDuplicate">The no may mean that the broker has an order of this name already.</param>
    public sealed record Rejected(string Reason, bool MayBeDuplicate = false) : PlaceOutcome;

    /// <summary>We said no: nothing was sent.</summary>
    public sealed record Refused(string Reason) : PlaceOutcome;

    /// <summary>Nobody knows: it may have arrived. Only a look-up tells.</summary>
    /// <param name="Reason">What came instead of an answer.</param>
    /// <param name="RetryAfter">How long the broker asked to be left alone; zero where it did not.</param>
    public sealed record Unknown(string Reason, TimeSpan RetryAfter = default) : PlaceOutcome;
}
