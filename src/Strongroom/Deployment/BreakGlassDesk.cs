namespace Strongroom.Deployment;

/// <summary>
/// The one way round the guardrail: reads the operator's file, holds it to the limits, and records the opening.
/// </summary>
internal static class BreakGlassDesk
{
    private const uint Root = 0;

    /// <summary>Opens, or says why not. Audit, health and metrics are the caller's to tell.</summary>
    /// <exception cref="SecretRefusedException">The file or the ledger does not allow it
    /// (<see cref="SecretErrorCode.Guardrail"/>).</exception>
    internal static ValueTask<BreakGlass> OpenAsync(string path, string journalFolder, TimeProvider time, CancellationToken ct) =>
        OpenAsync(path, journalFolder, time, Root, ct);

    internal static ValueTask<BreakGlass> OpenAsync(
        string path,
        string journalFolder,
        TimeProvider time,
        uint trustedOwner,
        CancellationToken ct
    ) =>
        new BreakGlassLedger(journalFolder, time, BreakGlassLedger.ReadBoot()).OpenAsync(
            BreakGlassFile.Read(path, time.GetUtcNow(), trustedOwner),
            ct
        );
}
