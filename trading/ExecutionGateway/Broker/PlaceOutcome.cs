namespace ExecutionGateway.Broker;

/// <summary>How an attempt to place an order ended.</summary>
internal abstract record PlaceOutcome
{
    /// <summary>The broker has it.</summary>
    public sealed record Placed(BrokerOrder Order) : PlaceOutcome;

    /// <summary>The broker said no, for good.</summary>
    public sealed record Rejected(string Reason) : PlaceOutcome;

    /// <summary>We said no: nothing was sent.</summary>
    public sealed record Refused(string Reason) : PlaceOutcome;

    /// <summary>Nobody knows: it may have arrived. Only a look-up tells.</summary>
    public sealed record Unknown(string Reason) : PlaceOutcome;
}
