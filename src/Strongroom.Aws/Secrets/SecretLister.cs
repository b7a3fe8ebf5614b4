using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>
/// Lists names page by page. AWS's filter is a prefix of the text, so what only begins alike is passed over here. Its list lags
/// up to five minutes behind: it never proves that a secret is not there.
/// </summary>
internal sealed class SecretLister(AwsSender sender, string @namespace, ILogger logger)
{
    internal const int MostPages = 200;

    private const int PageSize = 100;

    internal async IAsyncEnumerable<SecretName> ListAsync(string? prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        var root = (@namespace + prefix).TrimEnd('/');
        var onlyBelow = string.IsNullOrEmpty(prefix) || prefix.EndsWith('/');
        var skipped = 0;
        string? next = null;
        for (var page = 0; ; page++)
        {
            if (page == MostPages)
            {
                Log.ListStopped(logger, MostPages);
                break;
            }
            using var reply = await PageAsync(root, next, ct).ConfigureAwait(false);
            foreach (var secret in AwsReply.List(reply.Root, "SecretList"))
            {
                if (
                    AwsReply.Text(secret, "Name") is not { } path
                    || !IsBelow(path, root, onlyBelow)
                    || AwsReply.Timestamp(secret, "DeletedDate") is not null
                )
                    continue;
                if (SecretName.TryParse(path[@namespace.Length..], out var name, out _))
                    yield return name;
                else
                    skipped++;
            }
            next = reply.Text("NextToken");
            if (string.IsNullOrEmpty(next))
                break;
        }
        if (skipped > 0)
            Log.NamesSkipped(logger, skipped);
    }

    private static bool IsBelow(string path, string root, bool onlyBelow) =>
        root.Length == 0
        || (!onlyBelow && path == root)
        || (path.Length > root.Length + 1 && path[root.Length] == '/' && path.StartsWith(root, StringComparison.Ordinal));

    private async ValueTask<AwsReply> PageAsync(string root, string? next, CancellationToken ct)
    {
        var body = new BodyWriter().Number("MaxResults", PageSize).Text("NextToken", next);
        if (root.Length > 0)
            body = body.Raw("Filters", "[{\"Key\":\"name\",\"Values\":[\"" + root + "\"]}]");
        try
        {
            return await sender.SendAsync(new AwsCall("ListSecrets", body.End()), ct).ConfigureAwait(false);
        }
        catch (AwsServiceException e) when (e.ErrorCode == SecretErrors.Denied)
        {
            throw new SecretAccessDeniedException(
                SecretErrorCode.Denied,
                "AWS denies the list of secrets. The IAM policy lacks secretsmanager:ListSecrets, which operators need "
                    + "and services do not.",
                null,
                AwsDefaults.BackendName
            );
        }
        catch (AwsServiceException e)
        {
            throw new SecretConfigurationException(
                SecretErrorCode.SettingInvalid,
                $"AWS rejected secretsmanager:ListSecrets: {ReplyReader.NameOf(e.ErrorCode) ?? "unknown"}. Check the "
                    + "prefix.",
                null,
                AwsDefaults.BackendName
            );
        }
    }
}
