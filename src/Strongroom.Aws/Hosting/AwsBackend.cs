using Microsoft.Extensions.Logging;
using Strongroom.Aws.Credentials;
using Strongroom.Aws.Policies;
using Strongroom.Aws.Secrets;
using Strongroom.Aws.Transport;
using Strongroom.Backends;

namespace Strongroom.Aws;

/// <summary>
/// Secrets in AWS Secrets Manager. A bundle is one secret with a JSON object, and its version id is the bundle's version; many
/// are read in one call.
/// </summary>
internal sealed class AwsBackend
    : IRotatingBackend,
        IBackendHealth,
        IBackendIdentity,
        IBackendClock,
        IBackendPolicyCheck,
        IDisposable
{
    internal const string BackendName = AwsDefaults.BackendName;

    private readonly AwsSender _sender;
    private readonly ReplicaReader? _replica;
    private readonly BatchReader _batches;
    private readonly SecretWriter _writer;
    private readonly PendingVersions _pending;
    private readonly SecretRecovery _recovery;
    private readonly SecretHistory _history;
    private readonly SecretLister _lister;
    private readonly CallerIdentity _caller;
    private readonly PolicyProbe _policies;

    internal AwsBackend(AwsOptions options, string @namespace, TimeProvider time, ILogger logger)
    {
        _sender = new AwsSender(options, options.Region!, options.Endpoint, time, logger);
        _replica = ReplicaReader.For(options, _sender.Region, time, logger);
        var patience = _replica is null ? (TimeSpan?)null : ReplicaReader.PatienceWithTheFirst;
        _batches = new BatchReader(_sender, new SecretReader(_sender, patience), logger, patience);
        var reader = new SecretReader(_sender);
        var versions = new SecretVersions(_sender, options.KmsKeyId, logger);
        _writer = new SecretWriter(reader, versions);
        _pending = new PendingVersions(reader, versions);
        _history = new SecretHistory(_sender, versions);
        _recovery = new SecretRecovery(_sender, versions, _writer, _history, options.RecoveryDays);
        _lister = new SecretLister(_sender, @namespace, logger);
        Upkeep = new SecretMaintenance(_sender);
        _caller = new CallerIdentity(options, _sender.Region);
        _policies = new PolicyProbe(_sender, @namespace);
        Capabilities = new BackendCapabilities
        {
            BatchSize = BatchReader.MaxSecrets,
            Versions = true,
            Restore = true,
            RestoreWindow = TimeSpan.FromDays(options.RecoveryDays),
            Pending = true,
            ListsUndeclared = true,
        };
        Log.Opened(logger, _sender.Region, options.Endpoint?.GetLeftPart(UriPartial.Authority) ?? "the region's own endpoint");
    }

    /// <summary>Makes the backend that <c>SECRET_BACKEND=aws</c> picks.</summary>
    /// <exception cref="SecretConfigurationException">Settings are missing or wrong; all faults are listed.</exception>
    internal static AwsBackend Create(BackendContext context, Action<AwsOptions>? configure) =>
        new(
            AwsSettings.Load(context.Configuration, configure),
            context.Options.Namespace,
            context.Time,
            context.Loggers.CreateLogger("Strongroom.Aws")
        );

    public string Name => BackendName;

    public BackendCapabilities Capabilities { get; }

    public string? Problem =>
        _sender.Refusal is { } code
            ? $"AWS rejected the credentials ({code}); 'aws sts get-caller-identity' shows the caller."
            : null;

    /// <summary>How often AWS has asked to slow down.</summary>
    internal long Throttles => _sender.Gate.Count;

    internal SecretMaintenance Upkeep { get; }

    internal AwsSender Sender => _sender;

    public async ValueTask<IReadOnlyList<SecretReadResult>> ReadAsync(IReadOnlyList<SecretRequest> requests, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var answers = await _batches.AnswerAsync(requests, ct).ConfigureAwait(false);
        return _replica is null ? answers : await _replica.StandInAsync(answers, ct).ConfigureAwait(false);
    }

    public ValueTask<SecretWriteResult> WriteAsync(SecretWrite write, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(write);
        return write.Stage switch
        {
            SecretStage.Current => _writer.WriteAsync(write, ct),
            SecretStage.Pending => _pending.WriteAsync(write, ct),
            _ => throw SecretErrors.NotWritten(
                write.Location.Name,
                "the previous value cannot be written; only the current and the pending value can"
            ),
        };
    }

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix, CancellationToken ct) => _lister.ListAsync(prefix, ct);

    public IAsyncEnumerable<SecretVersionInfo> HistoryAsync(SecretLocation location, CancellationToken ct) =>
        _history.ListAsync(location.StoredName.Path, location.Name, ct);

    public ValueTask<SecretWriteResult> DeleteAsync(SecretLocation location, CancellationToken ct) =>
        _recovery.DeleteAsync(location, ct);

    public ValueTask<SecretWriteResult> RestoreAsync(SecretLocation location, SecretVersion? version, CancellationToken ct) =>
        _recovery.RestoreAsync(location, version, ct);

    public ValueTask<SecretWriteResult> PromoteAsync(
        SecretLocation location,
        SecretVersion pending,
        SecretVersion? expected,
        CancellationToken ct
    ) => _pending.PromoteAsync(location, pending, expected, ct);

    public ValueTask<PendingVersion?> FindPendingAsync(SecretLocation location, CancellationToken ct) =>
        _pending.FindAsync(location, ct);

    public ValueTask<SecretWriteResult> DiscardAsync(SecretLocation location, SecretVersion pending, CancellationToken ct) =>
        _pending.DiscardAsync(location, pending, ct);

    public ValueTask<SecretWriteResult> MakeCurrentAsync(
        SecretLocation location,
        SecretVersion version,
        SecretVersion expected,
        CancellationToken ct
    ) => _recovery.MakeCurrentAsync(location, version, expected, ct);

    public ValueTask<SecretWriteResult> KeepAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        _recovery.KeepAsync(location, version, ct);

    public ValueTask<SecretWriteResult> DestroyAsync(SecretLocation location, SecretVersion version, CancellationToken ct) =>
        _recovery.DestroyAsync(location, version, ct);

    /// <remarks>As a tag.</remarks>
    public async ValueTask<bool> NoteRotationAsync(SecretLocation location, DateTimeOffset at, CancellationToken ct)
    {
        await Upkeep
            .TagAsync(
                location.StoredName.Path,
                location.Name,
                new Dictionary<string, string> { ["rotation_date"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") },
                ct
            )
            .ConfigureAwait(false);
        return true;
    }

    public async ValueTask<string?> WhoAmIAsync(CancellationToken ct) => (await _caller.AskAsync(ct).ConfigureAwait(false))?.Arn;

    /// <remarks>No credentials are needed for it.</remarks>
    public ValueTask<DateTimeOffset?> GetTimeAsync(CancellationToken ct) => ServerClock.AskAsync(_sender, ct);

    /// <remarks>AWS cannot be asked about other services' secrets.</remarks>
    public ValueTask<PolicyReport> CheckPolicyAsync(
        SecretDeclaration declaration,
        IReadOnlyList<SecretDeclaration> others,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(declaration);
        return _policies.AskAsync(declaration, ct);
    }

    public void Dispose()
    {
        _replica?.Dispose();
        _sender.Dispose();
    }
}
