using System.Security.Cryptography;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>Hands out values that were made for the test, without a backend, and writes down what it is told of them.</summary>
internal sealed class FixedSecretManager : ISecretManager, ICredentialReports
{
    private readonly Dictionary<SecretName, Secret> _secrets = [];
    private readonly SecretDeclaration _declaration;

    internal FixedSecretManager(SecretDeclaration declaration)
    {
        _declaration = declaration;
        foreach (var bundle in declaration.Bundles)
            Renew(bundle.Id, "1");
    }

    internal List<SecretSet> Accepted { get; } = [];

    internal List<SecretSet> Rejected { get; } = [];

    internal List<SecretSet> Suspected { get; } = [];

    internal Func<SecretSet, RejectionOutcome> OnRejected { get; set; } = _ => RejectionOutcome.Suspect;

    internal SecretException? Failure { get; set; }

    internal Func<BundleState, BundleState> StateOf { get; set; } = state => state;

    public SecretManagerState State
    {
        get
        {
            var bundles = _declaration
                .Bundles.Select(bundle =>
                    StateOf(
                        new BundleState(
                            bundle.Id,
                            [.. bundle.Secrets.Select(secret => secret.Name)],
                            BundleCondition.Healthy,
                            _secrets[bundle.Secrets[0].Name].Version,
                            DateTimeOffset.UnixEpoch,
                            TimeSpan.FromMinutes(55),
                            null,
                            bundle.OnLoss,
                            null
                        )
                    )
                )
                .ToList();
            return new SecretManagerState(
                bundles.Count == 0 ? BundleCondition.Healthy : bundles.Max(bundle => bundle.Condition),
                bundles
            );
        }
    }

    /// <summary>Gives the bundle new random values under a new version.</summary>
    internal void Renew(string bundle, string version)
    {
        foreach (var secret in _declaration.Bundles.Single(candidate => candidate.Id == bundle).Secrets)
            Put(secret.Name, SecretValue.FromText(RandomNumberGenerator.GetHexString(40)), version);
    }

    internal void Put(SecretName name, SecretValue value, string version = "1") =>
        _secrets[name] = new Secret(name, value, new SecretVersion(version), null, _declaration.Find(name)!.Bundle);

    internal string Reveal(string name) => _secrets[SecretName.Parse(name)].Value.Reveal();

    public ValueTask<Secret> GetAsync(SecretName name, CancellationToken ct = default) => ValueTask.FromResult(Find(name));

    public ValueTask<SecretSet> GetAsync(IReadOnlyList<SecretName> names, CancellationToken ct = default) =>
        ValueTask.FromResult(new SecretSet([.. names.Select(Find)], new ClockReading[names.Count]));

    public void ReportAccepted(SecretSet used)
    {
        lock (Accepted)
            Accepted.Add(used);
    }

    public ValueTask<RejectionOutcome> ReportRejectedAsync(SecretSet used, CancellationToken ct = default)
    {
        Rejected.Add(used);
        return ValueTask.FromResult(OnRejected(used));
    }

    public ValueTask<RejectionOutcome> ReportSuspectedAsync(SecretSet used, CancellationToken ct = default)
    {
        Suspected.Add(used);
        return ValueTask.FromResult(OnRejected(used));
    }

    public IAsyncEnumerable<SecretName> ListAsync(string? prefix = null, CancellationToken ct = default) =>
        throw new NotSupportedException();

    public ValueTask<SecretVersion> SetAsync(
        SecretName name,
        SecretValue value,
        SetCondition condition = default,
        CancellationToken ct = default
    ) => throw new NotSupportedException();

    private Secret Find(SecretName name) =>
        Failure is not null ? throw Failure
        : _secrets.TryGetValue(name, out var secret) ? secret
        : throw new SecretRefusedException(SecretErrorCode.Undeclared, $"'{name}' is not declared.", name);
}
