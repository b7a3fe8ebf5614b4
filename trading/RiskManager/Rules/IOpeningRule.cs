using Trading.Contracts;

namespace RiskManager.Rules;

/// <summary>
/// One reason to open less risk than a signal asks for. Rules are independent of each other; the tightest one applies.
/// </summary>
internal interface IOpeningRule
{
    /// <summary>The name that a verdict carries.</summary>
    RiskRule Rule { get; }

    /// <summary>How many shares may be opened; <see cref="decimal.MaxValue"/> where the rule sets no limit.</summary>
    decimal Most(in Opening opening);

    /// <summary>Why, for a person, with the name of the setting.</summary>
    string Explain(in Opening opening);
}

/// <summary>An order that would make a position larger.</summary>
/// <param name="Exposure">Shares held, and on the way in, in this direction already.</param>
/// <param name="Gross">Dollars in all positions and working entries.</param>
internal readonly record struct Opening(
    string Symbol,
    bool IsShort,
    decimal Price,
    decimal Exposure,
    decimal Gross,
    AccountReport Account
);
