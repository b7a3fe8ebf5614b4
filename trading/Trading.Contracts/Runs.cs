using System.Text.Json.Serialization;

namespace Trading.Contracts;

/// <summary>The body of the signed webhook <c>POST /webhooks/runs</c>.</summary>
/// <param name="RunId">Names the run, so that asking twice starts one; null: a new one.</param>
/// <param name="BarsPerCycle">Minutes of the broker's clock from one cycle to the next.</param>
/// <param name="StartAt">When the first cycle is due, in the broker's time; null: at once.</param>
public sealed record RunRequest(
    Guid? RunId,
    IReadOnlyList<string> Symbols,
    int Cycles,
    int BarsPerCycle,
    DateTimeOffset? StartAt
);

/// <summary>The answer to it.</summary>
public sealed record RunAccepted(Guid RunId);

/// <summary>The answer to <c>GET /runs/{id}</c>.</summary>
/// <param name="LastBarTime">When the newest bar of the last cycle was complete.</param>
/// <param name="Equity">The account's equity after the last cycle.</param>
/// <param name="FailedAttempts">How often the current cycle failed in a row; it is tried again until the market closes.</param>
public sealed record RunReport(
    Guid RunId,
    RunState State,
    IReadOnlyList<string> Symbols,
    int Cycles,
    int BarsPerCycle,
    int CyclesDone,
    DateTimeOffset? StartAt,
    DateTimeOffset? LastBarTime,
    RunCounts Counts,
    decimal? Equity,
    int FailedAttempts
);

/// <summary>The totals of all cycles of a run.</summary>
public sealed record RunCounts(int Signals, int Approved, int Resized, int Refused, int Unchanged, int Cancelled);

/// <summary>The state of a run. Numbers are stored: never reuse one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    /// <summary>Accepted; no cycle yet.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting = 1,

    /// <summary>In progress.</summary>
    [JsonStringEnumMemberName("running")]
    Running = 2,

    /// <summary>Every cycle is done.</summary>
    [JsonStringEnumMemberName("done")]
    Done = 3,

    /// <summary>The market closed before every cycle was done.</summary>
    [JsonStringEnumMemberName("market_closed")]
    MarketClosed = 4,
}
