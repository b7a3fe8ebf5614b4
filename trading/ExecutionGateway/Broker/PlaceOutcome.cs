namespace ExecutionGateway.Broker;

/// <summary>How an attempt to place an order ended.</summary>
internal abstract record PlaceOutcome
{
    /// <summary>The broker has it.</summary>
    public sealed record Placed(BrokerOrder Order) : PlaceOutcome;

    /// <summary>The broker refused this attempt; an earlier one may have arrived.</summary>
    /// <param name="Reason">Status and code, never the broker's words.</param>
    /// <param name="MayBeDuplicate">The refusal may mean that the broker has an order of this name already.</param>
    public sealed record Rejected(string Reason, bool MayBeDuplicate = false) : PlaceOutcome;

    /// <summary>Refused here: nothing was sent.</summary>
    public sealed record Refused(string Reason) : PlaceOutcome;

    /// <summary>Unknown: the order may have arrived. Only a look-up can tell.</summary>
    /// <param name="Reason">What happened instead of a response.</param>
    /// <param name="RetryAfter">The pause that the broker asked for; zero where it did not.</param>
    public sealed record Unknown(string Reason, TimeSpan RetryAfter = default) : PlaceOutcome;
}
