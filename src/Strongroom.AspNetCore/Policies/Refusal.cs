namespace Strongroom.AspNetCore;

/// <summary>How a request that one of Strongroom's policies refuses is answered.</summary>
/// <param name="Status">The status code of the response.</param>
/// <param name="Reason">The reason, for the log only. Null logs nothing.</param>
internal sealed record Refusal(int Status, string? Reason);
