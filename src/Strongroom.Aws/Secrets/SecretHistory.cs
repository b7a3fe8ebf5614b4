using System.Runtime.CompilerServices;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>The versions of one secret with their labels, those without a label too, as long as AWS keeps them.</summary>
internal sealed class SecretHistory(AwsSender sender, SecretVersions versions)
{
    private const int MostPages = 20;

    internal async IAsyncEnumerable<SecretVersionInfo> ListAsync(
        string path,
        SecretName name,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var version in await VersionsAsync(path, name, ct).ConfigureAwait(false))
            yield return version;
    }

    internal async ValueTask<bool> HasAsync(string path, SecretName name, SecretVersion version, CancellationToken ct) =>
        (await VersionsAsync(path, name, ct).ConfigureAwait(false)).Exists(one => one.Version == version);

    /// <summary>Newest first. Of two of one moment, which labels tell apart, the current one is the newer.</summary>
    private async ValueTask<List<SecretVersionInfo>> VersionsAsync(string path, SecretName name, CancellationToken ct)
    {
        var stages = await versions.StagesAsync(path, name, ct).ConfigureAwait(false) ?? throw SecretErrors.Missing(name, path);
        var found = new List<SecretVersionInfo>();
        string? next = null;
        for (var page = 0; page < MostPages; page++)
        {
            using var reply = await PageAsync(path, name, next, ct).ConfigureAwait(false);
            foreach (var version in AwsReply.List(reply.Root, "Versions"))
            {
                if (AwsReply.Text(version, "VersionId") is not { Length: > 0 and <= SecretVersion.MaxLength } id)
                    continue;
                string[] labels = [.. AwsReply.List(version, "VersionStages").Select(label => label.GetString() ?? "")];
                found.Add(
                    new SecretVersionInfo(
                        new SecretVersion(id),
                        AwsReply.Timestamp(version, "CreatedDate"),
                        stages.IsDeleted ? SecretVersionState.Deleted : SecretVersionState.Available,
                        labels.Contains(SecretStages.Current, StringComparer.Ordinal),
                        labels
                    )
                );
            }
            next = reply.Text("NextToken");
            if (string.IsNullOrEmpty(next))
                break;
        }
        return [.. found.OrderByDescending(one => one.CreatedAt?.ToUnixTimeSeconds() ?? 0).ThenByDescending(Rank)];
    }

    private static int Rank(SecretVersionInfo version) =>
        version.Stages.Contains(SecretStages.Pending, StringComparer.Ordinal) && !version.IsCurrent ? 3
        : version.IsCurrent ? 2
        : version.Stages.Contains(SecretStages.Previous, StringComparer.Ordinal) ? 1
        : 0;

    private async ValueTask<AwsReply> PageAsync(string path, SecretName name, string? next, CancellationToken ct)
    {
        var body = BodyWriter.For(path).Flag("IncludeDeprecated", true).Number("MaxResults", 100).Text("NextToken", next).End();
        try
        {
            return await sender.SendAsync(new AwsCall("ListSecretVersionIds", body, name), ct).ConfigureAwait(false);
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:ListSecretVersionIds");
        }
    }
}
