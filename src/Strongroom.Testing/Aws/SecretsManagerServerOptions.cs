using Microsoft.Extensions.Logging;
using Strongroom.Testing.Aws.Operations;

namespace Strongroom.Testing;

/// <summary>The options of a <see cref="SecretsManagerServer"/>.</summary>
public sealed class SecretsManagerServerOptions
{
    /// <summary>The port on 127.0.0.1. Default 0: a free one, reported by <see cref="SecretsManagerServer.Url"/>.</summary>
    public int Port { get; set; }

    /// <summary>The value of <c>DEPLOYMENT_ENV</c>. Default null: unset. Anything but local or test refuses the start.</summary>
    public string? DeploymentEnvironment { get; set; }

    /// <summary>
    /// The region that <see cref="SecretsManagerServer.Region"/> tells. Default us-east-1. All regions are served on the one
    /// address: a request belongs to the one that it is signed for.
    /// </summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The account in ARNs, twelve digits. Default 123456789012.</summary>
    public string AccountId { get; set; } = "123456789012";

    /// <summary>
    /// The id of the credential that may do everything. Default null: a random one, reported by
    /// <see cref="SecretsManagerServer.AccessKeyId"/>.
    /// </summary>
    public string? AccessKeyId { get; set; }

    /// <summary>Its secret. Default null: a random one, reported by <see cref="SecretsManagerServer.SecretAccessKey"/>.</summary>
    public string? SecretAccessKey { get; set; }

    /// <summary>
    /// The delay of lists: additions, changes and removals appear in them this much later. Default zero; the real service
    /// documents up to five minutes. Lists feed batches with filters too, but no read by name.
    /// </summary>
    public TimeSpan ListLag { get; set; }

    /// <summary>
    /// How long the name of a secret that was deleted without recovery cannot be reused. Default zero; in the real service it
    /// takes a while.
    /// </summary>
    public TimeSpan NameReuseDelay { get; set; }

    /// <summary>Whether each list begins with an empty page and a continuation token. Default false.</summary>
    public bool EmptyFirstPages { get; set; }

    /// <summary>
    /// How many single reads and descriptions a region takes in one second. Default null: any number; the real service's quota is
    /// 10,000.
    /// </summary>
    public int? ReadsPerSecond { get; set; }

    /// <summary>
    /// How many changes of values, labels and replicas a region takes in one second. Default null: any number; the real service's
    /// quota is 50.
    /// </summary>
    public int? WritesPerSecond { get; set; }

    /// <summary>The clock of signatures, versions, deletions and faults. Default the system's, which clients sign by.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the server's own log lines go. Default null: nowhere.</summary>
    public ILoggerProvider? LoggerProvider { get; set; }

    internal void Validate()
    {
        if (DeploymentEnvironment is not (null or "" or "local" or "test"))
            throw new InvalidOperationException(
                $"The in-process Secrets Manager does not start where DEPLOYMENT_ENV is '{DeploymentEnvironment}': it keeps "
                    + "secrets in plain memory. "
                    + "Unset DEPLOYMENT_ENV, or set it to local or test."
            );
        List<string> faults = [];
        if (Port is < 0 or > 65535)
            faults.Add($"{nameof(Port)} is between 0 and 65535");
        if (!ReplicaRegions.IsRegion(Region))
            faults.Add($"{nameof(Region)} is a region such as us-east-1");
        if (AccountId.Length != 12 || !AccountId.All(char.IsAsciiDigit))
            faults.Add($"{nameof(AccountId)} is twelve digits");
        if (AccessKeyId is not null && (AccessKeyId.Length == 0 || !AccessKeyId.All(char.IsAsciiLetterOrDigit)))
            faults.Add($"{nameof(AccessKeyId)} is letters and digits and not empty");
        if (SecretAccessKey is not null && (SecretAccessKey.Length == 0 || SecretAccessKey.Any(c => c is <= ' ' or > '~')))
            faults.Add($"{nameof(SecretAccessKey)} is visible ASCII and not empty");
        if (ListLag < TimeSpan.Zero)
            faults.Add($"{nameof(ListLag)} is not negative");
        if (NameReuseDelay < TimeSpan.Zero)
            faults.Add($"{nameof(NameReuseDelay)} is not negative");
        if (ReadsPerSecond < 1)
            faults.Add($"{nameof(ReadsPerSecond)} is 1 or more");
        if (WritesPerSecond < 1)
            faults.Add($"{nameof(WritesPerSecond)} is 1 or more");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(SecretsManagerServerOptions)}: {string.Join("; ", faults)}.");
    }
}
