namespace Strongroom;

/// <summary>
/// How a counterparty received a credential. Clients that carry credentials report it; the bundled ones for HTTP and databases do
/// so by themselves.
/// </summary>
public interface ICredentialReports
{
    /// <summary>
    /// Says that the counterparty accepted these secrets: the proof that a rotation has arrived. Allocates nothing.
    /// </summary>
    void ReportAccepted(SecretSet used);

    /// <summary>
    /// Says that the counterparty rejected these secrets in its own form. All reports of one version share one forced read.
    /// </summary>
    ValueTask<RejectionOutcome> ReportRejectedAsync(SecretSet used, CancellationToken ct = default);

    /// <summary>
    /// Says that an answer of the counterparty may mean that it rejected these secrets, and may mean something else. It begins
    /// the same forced read; only that and the bundle's probe decide, never a second suspicion.
    /// </summary>
    ValueTask<RejectionOutcome> ReportSuspectedAsync(SecretSet used, CancellationToken ct = default) =>
        ReportRejectedAsync(used, ct);
}
