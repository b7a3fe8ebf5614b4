using Microsoft.Extensions.Logging;

namespace Strongroom.Testing;

/// <summary>The options of a <see cref="PaperBroker"/>.</summary>
public sealed class PaperBrokerOptions
{
    /// <summary>The account that key pairs belong to when none is named.</summary>
    public const string DefaultAccount = "paper";

    /// <summary>The port on 127.0.0.1. Default 0: a free one, reported by <see cref="PaperBroker.Url"/>.</summary>
    public int Port { get; set; }

    /// <summary>The value of <c>DEPLOYMENT_ENV</c>. Default null: unset. Anything but local or test refuses the start.</summary>
    public string? DeploymentEnvironment { get; set; }

    /// <summary>The day on which the clock starts, at 09:30 in New York. Default 2026-03-02. Holidays are not known.</summary>
    public DateOnly TradingDate { get; set; } = new(2026, 3, 2);

    /// <summary>The seed of all price paths. Default 1. The same seed, symbols and date give the same prices.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>The symbols that trade, and the price each has five trading days before <see cref="TradingDate"/>.</summary>
    public IDictionary<string, decimal> StartPrices { get; } =
        new Dictionary<string, decimal>(StringComparer.Ordinal)
        {
            ["AAPL"] = 230m,
            ["AMZN"] = 210m,
            ["GOOG"] = 180m,
            ["MSFT"] = 430m,
            ["NVDA"] = 140m,
            ["QQQ"] = 510m,
            ["SPY"] = 590m,
            ["TSLA"] = 320m,
        };

    /// <summary>The cash that each account starts with, in dollars. Default 100,000.</summary>
    public decimal StartingCash { get; set; } = 100_000m;

    /// <summary>How many dollars of positions one dollar of equity carries. Default 2; 1 is a cash account.</summary>
    public decimal Multiplier { get; set; } = 2m;

    /// <summary>Whether a sale without a position opens a short one. Default true.</summary>
    public bool AllowShorting { get; set; } = true;

    /// <summary>
    /// The share of a bar's volume that one order may take, between 0 and 1. Default null: an order fills whole. Set,
    /// larger orders fill in parts over several bars.
    /// </summary>
    public decimal? ShareOfVolume { get; set; }

    /// <summary>Requests per minute and key pair before 429. Default null: no limit. Alpaca's own is 200.</summary>
    public int? RequestsPerMinute { get; set; }

    /// <summary>
    /// Whether <c>POST /paper/advance</c> exists, by which another process moves the clock with the header
    /// <c>Paper-Control-Token</c>. Default false.
    /// </summary>
    public bool AllowControl { get; set; }

    /// <summary>The clock of rate limits and faults; prices have their own. Default the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the server's own log lines go. Default null: nowhere.</summary>
    public ILoggerProvider? LoggerProvider { get; set; }

    internal void Validate()
    {
        if (DeploymentEnvironment is not (null or "" or "local" or "test"))
            throw new InvalidOperationException(
                $"The paper broker does not start where DEPLOYMENT_ENV is '{DeploymentEnvironment}': its orders are not real. "
                    + "Unset DEPLOYMENT_ENV, or set it to local or test."
            );
        List<string> faults = [];
        if (Port is < 0 or > 65535)
            faults.Add($"{nameof(Port)} is between 0 and 65535");
        if (!MarketMoment.IsTradingDay(TradingDate))
            faults.Add($"{nameof(TradingDate)} is a weekday");
        if (StartPrices.Count == 0)
            faults.Add($"{nameof(StartPrices)} names at least one symbol");
        if (StartPrices.Any(p => p.Value < 2m))
            faults.Add($"every price in {nameof(StartPrices)} is at least 2");
        if (StartingCash < 0)
            faults.Add($"{nameof(StartingCash)} is not negative");
        if (Multiplier is < 1 or > 4)
            faults.Add($"{nameof(Multiplier)} is between 1 and 4");
        if (ShareOfVolume is <= 0 or > 1)
            faults.Add($"{nameof(ShareOfVolume)} is above 0 and at most 1");
        if (RequestsPerMinute is < 1)
            faults.Add($"{nameof(RequestsPerMinute)} is at least 1");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(PaperBrokerOptions)}: {string.Join("; ", faults)}.");
    }
}
