namespace Strongroom;

/// <summary>
/// Reports how a counterparty responded to a credential. Clients that send credentials call it; the bundled HTTP and database
/// clients do so automatically.
/// </summary>
public interface ICredentialReports
{
    /// <summary>
    /// Reports that the counterparty accepted these secrets, which proves that a rotation is effective. Does not allocate.
    /// </summary>
    void ReportAccepted(SecretSet used);

    /// <summary>
    /// Reports that the counterparty rejected these secrets, unambiguously by its protocol. All reports of one version share one
    /// forced read of the backend.
    /// </summary>
    ValueTask<RejectionOutcome> ReportRejectedAsync(SecretSet used, CancellationToken ct = default);

    /// <summary>
    /// Reports a response that may or may not mean that these secrets were rejected. It starts the same forced read; only that
    /// read and the bundle's probe decide, never a second suspicion.
    /// </summary>
    ValueTask<RejectionOutcome> ReportSuspectedAsync(SecretSet used, CancellationToken ct = default) =>
        ReportRejectedAsync(used, ct);
}
