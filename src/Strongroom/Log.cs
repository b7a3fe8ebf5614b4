using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Strongroom;

/// <summary>
/// Every log message of this assembly. Ids: 1000 manager, 1100 cache, 1200 resilience, 1300 audit, 1400 redaction; none is used
/// twice.
/// </summary>
internal static partial class Log
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

    [LoggerMessage(
        1001,
        LogLevel.Warning,
        "{Service} could not get its secrets yet ({Missing} missing); it tries again for {Left:0} s"
    )]
    internal static partial void StartupRetry(ILogger logger, string service, int missing, double left);

    [LoggerMessage(
        1010,
        LogLevel.Warning,
        "Bundle {Bundle}, version {Version}, was rejected by its counterparty; it is suspect until that is settled"
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
        "Trips cannot be read from or written to {Where} ({Error}); it is tried again every second where a trip waits for it, "
            + "and the credential breaker is halted until both ways were read once"
    )]
    internal static partial void TripsAway(ILogger logger, string where, string error);

    [LoggerMessage(EventId = 1023, Message = "Credential permission is now {Permission}: {Why}")]
    internal static partial void PermissionChanged(
        ILogger logger,
        LogLevel level,
        Breaker.CredentialPermission permission,
        string why
    );

    [LoggerMessage(1024, LogLevel.Warning, "The credentials could not be tried ({Error}); the next round tries again")]
    internal static partial void ValidationFailed(ILogger logger, string error);

    [LoggerMessage(
        1025,
        LogLevel.Warning,
        "Trip {Id} of {Service} ({Instance}) from {At:O} was not in the database, and nobody's clearance of it either: it is "
            + "recorded there again. A database that was restored or replaced loses trips and clearances"
    )]
    internal static partial void TripBrought(ILogger logger, Guid id, string service, string instance, DateTimeOffset at);

    [LoggerMessage(1030, LogLevel.Warning, "BREAK-GLASS by {Operator} until {Until:u}: the guardrail is open ({Reason})")]
    internal static partial void BreakGlass(ILogger logger, string @operator, DateTimeOffset until, string reason);

    [LoggerMessage(1100, LogLevel.Information, "Bundle {Bundle} is now at version {Version}")]
    internal static partial void Adopted(ILogger logger, string bundle, string version);

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

    [LoggerMessage(1102, LogLevel.Error, "Bundle {Bundle} is gone from memory: {Code}")]
    internal static partial void Lost(ILogger logger, string bundle, SecretErrorCode code);

    [LoggerMessage(1103, LogLevel.Error, "Bundle {Bundle} has {Minutes:0} min of its outage budget left")]
    internal static partial void BudgetLow(ILogger logger, string bundle, double minutes);

    [LoggerMessage(
        1104,
        LogLevel.Error,
        "The background refresh stopped trying {Seconds:0} s ago; the next read starts it again"
    )]
    internal static partial void RefreshStalled(ILogger logger, double seconds);

    [LoggerMessage(1105, LogLevel.Error, "The background refresh died of {Error}")]
    internal static partial void RefreshDied(ILogger logger, string error);

    [LoggerMessage(1106, LogLevel.Warning, "The background refresh was started again")]
    internal static partial void RefreshRestarted(ILogger logger);

    [LoggerMessage(1107, LogLevel.Error, "The budget watch failed with {Error}; it goes on")]
    internal static partial void WatchFailed(ILogger logger, string error);

    [LoggerMessage(1108, LogLevel.Warning, "The probe of bundle {Bundle} could not be made ({Error})")]
    internal static partial void ProbeFailed(ILogger logger, string bundle, string error);

    [LoggerMessage(1109, LogLevel.Error, "Bundle {Bundle} needs attention: {What}")]
    internal static partial void NeedsHand(ILogger logger, string bundle, string what);

    [LoggerMessage(
        1110,
        LogLevel.Warning,
        "By the wall clock alone {Bundles} bundles passed a mark of their budget: the clock was set, or the machine was "
            + "paused; they are read again"
    )]
    internal static partial void WallClockJumped(ILogger logger, int bundles);

    [LoggerMessage(1120, LogLevel.Information, "Bundle {Bundle} is optional and not there; the service goes on without it")]
    internal static partial void OptionalAbsent(ILogger logger, string bundle);

    [LoggerMessage(1121, LogLevel.Information, "Every bundle that the {Backend} backend failed for with {Code} is fetched again")]
    internal static partial void FetchedAgain(ILogger logger, string backend, SecretErrorCode code);

    [LoggerMessage(1200, LogLevel.Debug, "The {Backend} backend is asked again, attempt {Attempt}, in {Delay:0} ms")]
    internal static partial void Retrying(ILogger logger, string backend, int attempt, double delay);

    [LoggerMessage(
        1201,
        LogLevel.Warning,
        "The {Backend} backend is left alone for {Seconds:0} s: it failed again and again for {Path}"
    )]
    internal static partial void BackendBreakerOpened(ILogger logger, string backend, double seconds, string path);

    [LoggerMessage(
        1300,
        LogLevel.Critical,
        "The audit journal is full, and its rows ({Pending}) do not reach the database; required mode: {Required}"
    )]
    internal static partial void JournalFull(ILogger logger, long pending, bool required);

    [LoggerMessage(
        1301,
        LogLevel.Warning,
        "The audit journal takes rows again; accesses that were not recorded since {Since:u}: {Refused}"
    )]
    internal static partial void JournalHealed(ILogger logger, long refused, DateTimeOffset since);

    [LoggerMessage(1302, LogLevel.Warning, "Audit rows cannot be shipped now ({Error}); they wait in the journal")]
    internal static partial void ShippingFailed(ILogger logger, string error);

    [LoggerMessage(1303, LogLevel.Information, "Audit rows are shipped again")]
    internal static partial void ShippingWorks(ILogger logger);

    [LoggerMessage(1304, LogLevel.Error, "Audit rows have waited for {Minutes:0} min in the journal")]
    internal static partial void ShippingLate(ILogger logger, double minutes);

    [LoggerMessage(1305, LogLevel.Warning, "A journal that no process holds is taken over: {Instance}, boot {Boot}")]
    internal static partial void Adopting(ILogger logger, string instance, Guid boot);

    [LoggerMessage(
        1306,
        LogLevel.Warning,
        "The journal file {File} {What} while it was in use; the journal goes on in a fresh file, and what it held is kept"
    )]
    internal static partial void JournalMoved(ILogger logger, string file, string what);

    [LoggerMessage(
        1307,
        LogLevel.Critical,
        "The journal file {File} was damaged while it was in use; accesses that were not shipped yet are lost"
    )]
    internal static partial void JournalLost(ILogger logger, string file);

    [LoggerMessage(
        1308,
        LogLevel.Warning,
        "The file system of {File} has no leases ({Error}): who cuts that file while it is in use ends this process"
    )]
    internal static partial void JournalUnguarded(ILogger logger, string file, string error);

    [LoggerMessage(
        1309,
        LogLevel.Critical,
        "The journal has no file ({Error}): what is recorded now dies with the process. Free some space in {Folder}; this "
            + "heals by itself"
    )]
    internal static partial void JournalInMemory(ILogger logger, string error, string folder);

    /// <summary>Event 1310. Written by hand, since the audit's columns decide what it says.</summary>
    internal static void AuditRow(ILogger logger, IReadOnlyList<KeyValuePair<string, object?>> columns) =>
        logger.Log(LogLevel.Information, new EventId(1310, nameof(AuditRow)), columns, null, static (columns, _) =>
            $"Audit: {string.Join(", ", columns.Select(column =>
                string.Create(CultureInfo.InvariantCulture, $"{column.Key} {(column.Value is DateTimeOffset at ? at.ToString("O") : column.Value)}")))}"
        );

    [LoggerMessage(1311, LogLevel.Warning, "A process died while it made its journal {File}; it held nothing and is removed")]
    internal static partial void UnfinishedJournalRemoved(ILogger logger, string file);

    [LoggerMessage(1312, LogLevel.Error, "A journal cannot be taken over: {File} {Fault}")]
    internal static partial void JournalNotTaken(ILogger logger, string file, string fault);

    [LoggerMessage(
        1313,
        LogLevel.Error,
        "The audit drainer failed unexpectedly ({Error}) and was started again; rows wait in the journal"
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
        "The audit database has lost rows {First} to {Last} of {Instance}, boot {Boot}, and the journal does not hold them "
            + "any more; a gap is recorded"
    )]
    internal static partial void RowsLost(ILogger logger, long first, long last, string instance, Guid boot);

    [LoggerMessage(
        1322,
        LogLevel.Error,
        "The audit database refuses row {Sequence} of {Instance}, boot {Boot}; a gap is stored in its place"
    )]
    internal static partial void RowRefused(ILogger logger, long sequence, string instance, Guid boot);

    [LoggerMessage(1314, LogLevel.Error, "The journal could not move to a fresh file ({Error}); it is tried again every second")]
    internal static partial void JournalStuck(ILogger logger, string error);
}
