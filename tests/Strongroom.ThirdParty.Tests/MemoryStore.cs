using System.Globalization;
using Strongroom.Backends;

namespace Strongroom.ThirdParty.Tests;

/// <summary>What the backend's remote would be: secrets by path, each with its versions, under one lock.</summary>
internal sealed class MemoryStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredSecret> _secrets = new(StringComparer.Ordinal);

    internal bool IsCut { get; set; }

    internal HashSet<string> Denied { get; } = [];

    internal T Use<T>(Func<Dictionary<string, StoredSecret>, T> work)
    {
        lock (_gate)
        {
            return IsCut
                ? throw new SecretUnavailableException(
                    SecretErrorCode.Unreachable,
                    "The memory backend is cut off. Connect it again.",
                    backend: MemoryBackend.BackendName
                )
                : work(_secrets);
        }
    }
}

/// <summary>One secret: its versions, oldest first, and which of them readers get.</summary>
internal sealed class StoredSecret
{
    private int _written;

    internal List<StoredVersion> Versions { get; } = [];

    internal StoredVersion? Current { get; set; }

    internal StoredVersion? Previous { get; set; }

    internal StoredVersion? Pending { get; set; }

    internal bool IsDeleted { get; set; }

    internal StoredVersion Add(IReadOnlyDictionary<string, string> fields, SecretStage stage, string? key = null)
    {
        var version = new StoredVersion(
            new SecretVersion((++_written).ToString(CultureInfo.InvariantCulture)),
            DateTimeOffset.UnixEpoch.AddSeconds(_written),
            fields,
            key,
            Current?.Version
        );
        Versions.Add(version);
        if (stage == SecretStage.Pending)
            Pending = version;
        else
            MakeCurrent(version);
        return version;
    }

    internal void MakeCurrent(StoredVersion version) => (Previous, Current, IsDeleted) = (Current, version, false);

    internal StoredVersion? Find(SecretVersion version) => Versions.FirstOrDefault(one => one.Version == version);
}

/// <summary>One version of a secret, all its fields.</summary>
internal sealed record StoredVersion(
    SecretVersion Version,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Fields,
    string? Key,
    SecretVersion? Base
);
