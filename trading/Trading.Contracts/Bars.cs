namespace Trading.Contracts;

/// <summary>What one symbol did in one minute.</summary>
/// <param name="Start">The bar's first instant; it is complete one minute later.</param>
public sealed record Bar(DateTimeOffset Start, decimal Open, decimal High, decimal Low, decimal Close, long Volume);

/// <summary>The bars of one symbol, oldest first.</summary>
public sealed record BarSeries(string Symbol, IReadOnlyList<Bar> Bars);

/// <summary>
/// The answer to <c>GET /bars?symbols=A,B&amp;limit=60&amp;asOf=…</c>: for each symbol the last bars that were complete then.
/// </summary>
public sealed record BarsAnswer(DateTimeOffset AsOf, IReadOnlyList<BarSeries> Series);
