using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Strongroom;

/// <summary>
/// Every log message of this assembly. Ids: 1000 manager, 1100 cache, 1200 resilience, 1300 audit, 1400 redaction; none is used
/// twice.
/// </summary>
internal static partial class Log
{
    /// <summary>What every start logs. The delegates of all other messages are made when the first of them is logged.</summary>
    internal static partial class EachStart
    {
        [LoggerMessage(
            1000,
            LogLevel.Information,
            "Strongroom serves {Service} ({Instance}) from the {Backend} backend in {Environment}: {Secrets} in {Bundles}"
        )]
        internal static partial void Started(
            ILogger logger,
            string service,
            string instance,
            string backend,
            string environment,
            string secrets,
            string bundles
        );

        [LoggerMessage(1100, LogLevel.Information, "Bundle {Bundle} is now at version {Version}")]
        internal static partial void Adopted(ILogger logger, string bundle, string version);
    }

    [LoggerMessage(
        1001,
        LogLevel.Warning,
        "{Service} could not read its secrets yet ({Missing} missing); retrying for another {Left:0} s"
    )]
    internal static partial void StartupRetry(ILogger logger, string service, int missing, double left);

    [LoggerMessage(
        1010,
        LogLevel.Warning,
        "Bundle {Bundle}, version {Version}, was rejected by its counterparty; it is suspect until the rejection is resolved"
    )]
    internal static partial void Suspected(ILogger logger, string bundle, string version);

    [LoggerMessage(1011, LogLevel.Information, "The rejection of bundle {Bundle} is settled: {Outcome}")]
    internal static partial void RejectionSettled(ILogger logger, string bundle, RejectionOutcome outcome);

    [LoggerMessage(
        1020,
        LogLevel.Critical,
        "The credential breaker is halted by trip {Id} ({Cause}): {Detail} Clear it with: strongroom breaker clear {Id} "
            + "--reason TEXT"
    )]
    internal static partial void Tripped(ILogger logger, Guid id, Breaker.TripCause cause, string detail);

    [LoggerMessage(1021, LogLevel.Warning, "Trip {Id} was cleared by {Operator}: {Reason}")]
    internal static partial void Cleared(ILogger logger, Guid id, string @operator, string reason);

    [LoggerMessage(
        1022,
        LogLevel.Error,
        "Trips cannot be read from or written to {Where} ({Error}). Pending trips are retried every second; the credential "
            + "breaker is halted until both stores have been read once"
    )]
    internal static partial void TripStoreUnavailable(ILogger logger, string where, string error);

    [LoggerMessage(EventId = 1023, Message = "Credential permission is now {Permission}: {Why}")]
    internal static partial void PermissionChanged(
        ILogger logger,
        LogLevel level,
        Breaker.CredentialPermission permission,
        string why
    );

    [LoggerMessage(1024, LogLevel.Warning, "The credentials could not be validated ({Error}); the next round retries")]
    internal static partial void ValidationFailed(ILogger logger, string error);

    [LoggerMessage(
        1025,
        LogLevel.Warning,
        "Trip {Id} of {Service} ({Instance}) from {At:O} was missing in the database, without a clearance: it has been "
            + "recorded there again. A database that was restored or replaced loses trips and clearances"
    )]
    internal static partial void TripRestored(ILogger logger, Guid id, string service, string instance, DateTimeOffset at);

    [LoggerMessage(1030, LogLevel.Warning, "BREAK-GLASS by {Operator} until {Until:u}: the guardrail is open ({Reason})")]
    internal static partial void BreakGlass(ILogger logger, string @operator, DateTimeOffset until, string reason);

    [LoggerMessage(
        EventId = 1101,
        Message = "Bundle {Bundle} could not be fetched from the {Backend} backend: {Code}; {Left:0} s of its budget are "
            + "left. {Cause}"
    )]
    internal static partial void FetchFailed(
        ILogger logger,
        LogLevel level,
        string bundle,
        string backend,
        SecretErrorCode code,
        double left,
        string cause
    );

    [LoggerMessage(1102, LogLevel.Error, "Bundle {Bundle} was removed from memory: {Code}")]
    internal static partial void Lost(ILogger logger, string bundle, SecretErrorCode code);

    [LoggerMessage(1103, LogLevel.Error, "Bundle {Bundle} has {Minutes:0} min of its outage budget left")]
    internal static partial void BudgetLow(ILogger logger, string bundle, double minutes);

    [LoggerMessage(1104, LogLevel.Error, "The background refresh stopped {Seconds:0} s ago; the next read restarts it")]
    internal static partial void RefreshStalled(ILogger logger, double seconds);

    [LoggerMessage(1105, LogLevel.Error, "The background refresh failed with {Error}")]
    internal static partial void RefreshDied(ILogger logger, string error);

    [LoggerMessage(1106, LogLevel.Warning, "The background refresh was restarted")]
    internal static partial void RefreshRestarted(ILogger logger);

    [LoggerMessage(1107, LogLevel.Error, "Monitoring of outage budgets failed with {Error}; it continues")]
    internal static partial void WatchFailed(ILogger logger, string error);

    [LoggerMessage(1108, LogLevel.Warning, "The probe of bundle {Bundle} could not run ({Error})")]
    internal static partial void ProbeFailed(ILogger logger, string bundle, string error);

    [LoggerMessage(1109, LogLevel.Error, "Bundle {Bundle} needs attention: {What}")]
    internal static partial void NeedsOperator(ILogger logger, string bundle, string what);

    [LoggerMessage(
        1110,
        LogLevel.Warning,
        "By the wall clock alone {Bundles} bundles passed a mark of their budget: the clock was set, or the machine was "
            + "paused; they are read again"
    )]
    internal static partial void WallClockJumped(ILogger logger, int bundles);

    [LoggerMessage(
        1120,
        LogLevel.Information,
        "Bundle {Bundle} is optional and does not exist; the service continues without it"
    )]
    internal static partial void OptionalAbsent(ILogger logger, string bundle);

    [LoggerMessage(
        1121,
        LogLevel.Information,
        "Every bundle for which the {Backend} backend failed with {Code} has been fetched again"
    )]
    internal static partial void FetchedAgain(ILogger logger, string backend, SecretErrorCode code);

    [LoggerMessage(1200, LogLevel.Debug, "Retrying the {Backend} backend, attempt {Attempt}, in {Delay:0} ms")]
    internal static partial void Retrying(ILogger logger, string backend, int attempt, double delay);

    [LoggerMessage(
        1201,
        LogLevel.Warning,
        "The {Backend} backend is not called for {Seconds:0} s: it failed repeatedly for {Path}"
    )]
    internal static partial void BackendBreakerOpened(ILogger logger, string backend, double seconds, string path);

    [LoggerMessage(
        1300,
        LogLevel.Critical,
        "The audit journal is full, and its rows ({Pending}) cannot be shipped to the database; required mode: {Required}"
    )]
    internal static partial void JournalFull(ILogger logger, long pending, bool required);

    [LoggerMessage(
        1301,
        LogLevel.Warning,
        "The audit journal accepts rows again; accesses not recorded since {Since:u}: {Refused}"
    )]
    internal static partial void JournalHealed(ILogger logger, long refused, DateTimeOffset since);

    [LoggerMessage(1302, LogLevel.Warning, "Audit rows cannot be shipped now ({Error}); they remain in the journal")]
    private static partial void ShippingFailed(ILogger logger, string error);

    /// <summary>Only the message of our own exceptions is known to hold no value.</summary>
    internal static void ShippingFailed(ILogger logger, Exception error) =>
        ShippingFailed(
            logger,
            error is SecretException known ? $"{known.Code}: {known.Message.TrimEnd('.')}" : error.GetType().Name
        );

    [LoggerMessage(1303, LogLevel.Information, "Audit rows are being shipped again")]
    internal static partial void ShippingWorks(ILogger logger);

    [LoggerMessage(1304, LogLevel.Error, "Audit rows have been in the journal for {Minutes:0} min")]
    internal static partial void ShippingLate(ILogger logger, double minutes);

    [LoggerMessage(1305, LogLevel.Warning, "Adopting the journal of a terminated process: {Instance}, boot {Boot}")]
    internal static partial void Adopting(ILogger logger, string instance, Guid boot);

    [LoggerMessage(
        1306,
        LogLevel.Warning,
        "The journal file {File} {What} while it was in use; the journal continues in a new file, and no row is lost"
    )]
    internal static partial void JournalMoved(ILogger logger, string file, string what);

    [LoggerMessage(
        1307,
        LogLevel.Critical,
        "The journal file {File} was damaged while it was in use; accesses that had not been shipped are lost"
    )]
    internal static partial void JournalLost(ILogger logger, string file);

    [LoggerMessage(
        1308,
        LogLevel.Warning,
        "The file system of {File} does not support leases ({Error}): truncating the file while it is in use ends this process"
    )]
    internal static partial void JournalUnguarded(ILogger logger, string file, string error);

    [LoggerMessage(
        1309,
        LogLevel.Critical,
        "The journal has no file ({Error}): what is recorded now is lost if the process ends. Free some space in {Folder}; "
            + "the journal then recovers"
    )]
    internal static partial void JournalInMemory(ILogger logger, string error, string folder);

    /// <summary>Event 1310. Not source-generated, since its properties are the audit's columns.</summary>
    internal static void AuditRow(ILogger logger, IReadOnlyList<KeyValuePair<string, object?>> columns) =>
        logger.Log(LogLevel.Information, new EventId(1310, nameof(AuditRow)), columns, null, static (columns, _) =>
            $"Audit: {string.Join(", ", columns.Select(Format))}"
        );

    private static string Format(KeyValuePair<string, object?> column)
    {
        var value = column.Value is DateTimeOffset time ? time.ToString("O") : column.Value;
        return string.Create(CultureInfo.InvariantCulture, $"{column.Key} {value}");
    }

    [LoggerMessage(1311, LogLevel.Warning, "A process died while creating its journal {File}; it was empty and has been removed")]
    internal static partial void UnfinishedJournalRemoved(ILogger logger, string file);

    [LoggerMessage(1312, LogLevel.Error, "A journal cannot be adopted: {File} {Fault}")]
    internal static partial void JournalNotTaken(ILogger logger, string file, string fault);

    [LoggerMessage(
        1313,
        LogLevel.Error,
        "The audit drainer failed unexpectedly ({Error}) and was restarted; rows remain in the journal"
    )]
    internal static partial void DrainerDied(ILogger logger, string error);

    [LoggerMessage(
        1320,
        LogLevel.Warning,
        "The audit database had lost rows of {Instance}, boot {Boot}; {Rows} of them were shipped again from the journal"
    )]
    internal static partial void RowsShippedAgain(ILogger logger, int rows, string instance, Guid boot);

    [LoggerMessage(
        1321,
        LogLevel.Error,
        "The audit database has lost rows {First} to {Last} of {Instance}, boot {Boot}, which the journal no longer holds; "
            + "a gap is recorded"
    )]
    internal static partial void RowsLost(ILogger logger, long first, long last, string instance, Guid boot);

    [LoggerMessage(
        1322,
        LogLevel.Error,
        "The audit database rejects row {Sequence} of {Instance}, boot {Boot}; a gap is stored instead"
    )]
    internal static partial void RowRefused(ILogger logger, long sequence, string instance, Guid boot);

    [LoggerMessage(1314, LogLevel.Error, "The journal could not move to a new file ({Error}); retrying every second")]
    internal static partial void JournalStuck(ILogger logger, string error);
}
