namespace ExecutionGateway;

/// <summary>Every log message of the gateway; ids 6300 to 6399.</summary>
internal static partial class Log
{
    [LoggerMessage(6300, LogLevel.Warning, "The broker rejected order {ClientOrderId}: {Reason}")]
    public static partial void OrderRejected(ILogger logger, string clientOrderId, string reason);

    [LoggerMessage(6301, LogLevel.Warning, "Order {ClientOrderId} was not sent: {Reason}")]
    public static partial void OrderRefused(ILogger logger, string clientOrderId, string reason);

    [LoggerMessage(
        6302,
        LogLevel.Warning,
        "It is unknown whether order {ClientOrderId} arrived (attempt {Attempt}): {Reason} It is looked up before anything else."
    )]
    public static partial void OrderUnknown(ILogger logger, string clientOrderId, int attempt, string reason);

    [LoggerMessage(6303, LogLevel.Warning, "Order {ClientOrderId} cannot be looked up at the broker ({Fault}).")]
    public static partial void LookUpFailed(ILogger logger, string clientOrderId, string fault);

    [LoggerMessage(6304, LogLevel.Error, "Order {ClientOrderId} never arrived at the broker and is given up.")]
    public static partial void OrderLost(ILogger logger, string clientOrderId);

    [LoggerMessage(
        6305,
        LogLevel.Warning,
        "Working orders could not be compared with the broker's book ({Fault}); the next round tries again."
    )]
    public static partial void ReconcileFailed(ILogger logger, string fault);

    [LoggerMessage(6306, LogLevel.Critical, "The broker credential's outage budget is nearly over: working orders are {Fate}.")]
    public static partial void BudgetEnds(ILogger logger, string fate);

    [LoggerMessage(
        6307,
        LogLevel.Warning,
        "Order {ClientOrderId} is not sent again for now: the position is unknown ({Fault}), and so is whether the order opens "
            + "risk."
    )]
    public static partial void PositionUnknown(ILogger logger, string clientOrderId, string fault);
}
