using System.Globalization;

namespace Trading.Contracts;

/// <summary>The name of an order. One run, cycle and symbol make one order, so a decision made twice is not sent twice.</summary>
public static class ClientOrderId
{
    /// <summary>The longest id that the broker accepts.</summary>
    public const int Longest = 128;

    /// <summary>Creates the id.</summary>
    public static string Of(Guid runId, int cycle, string symbol) =>
        string.Create(CultureInfo.InvariantCulture, $"{runId:N}-{cycle}-{symbol}");

    /// <summary>Letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, so that it needs no escaping anywhere.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= Longest } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
