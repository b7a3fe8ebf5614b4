using Microsoft.Extensions.Logging;
using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends;

namespace Strongroom.Aws.Secrets;

/// <summary>
/// Reads up to twenty secrets in one call. An error for one of them is part of the response and does not affect the others.
/// Where IAM does not allow batches, each is read by a separate call.
/// </summary>
internal sealed class BatchReader(AwsSender sender, SecretReader reader, ILogger logger, TimeSpan? limit = null)
{
    /// <summary>What AWS takes in one call.</summary>
    internal const int MaxSecrets = 20;

    private volatile bool _isDenied;

    internal async ValueTask<IReadOnlyList<SecretReadResult>> AnswerAsync(
        IReadOnlyList<SecretRequest> requests,
        CancellationToken ct
    )
    {
        var answers = new SecretReadResult?[requests.Count];
        var batch = new List<int>();
        var singles = new List<int>();
        for (var i = 0; i < requests.Count; i++)
            (CanBatch(requests[i]) ? batch : singles).Add(i);
        // One alone is asked by name of its stage: a call is a call.
        if (batch.Count == 1 || _isDenied)
        {
            singles.AddRange(batch);
            batch.Clear();
        }
        foreach (var chunk in batch.Chunk(MaxSecrets))
        {
            if (!await TryBatchAsync(requests, chunk, answers, ct).ConfigureAwait(false))
                singles.AddRange(chunk);
        }
        await Task.WhenAll(
                singles.Select(async i => answers[i] = await reader.AnswerAsync(requests[i], ct).ConfigureAwait(false))
            )
            .ConfigureAwait(false);
        return answers!;
    }

    private static bool CanBatch(SecretRequest request) => request is { Version: null, Stage: SecretStage.Current };

    /// <summary>False where IAM does not allow batches at all.</summary>
    private async ValueTask<bool> TryBatchAsync(
        IReadOnlyList<SecretRequest> requests,
        int[] chunk,
        SecretReadResult?[] answers,
        CancellationToken ct
    )
    {
        try
        {
            var paths = chunk.Select(i => requests[i].Path.ToString()).Distinct(StringComparer.Ordinal);
            var found = new Dictionary<string, AwsSecretVersion>(StringComparer.Ordinal);
            var errors = new Dictionary<string, (string? Code, bool SpeaksOfDeletion)>(StringComparer.Ordinal);
            try
            {
                await CollectAsync([.. paths], requests[chunk[0]].Locations[0].Name, found, errors, ct).ConfigureAwait(false);
                foreach (var i in chunk)
                    answers[i] = AnswerOf(requests[i], found, errors);
            }
            finally
            {
                foreach (var one in found.Values)
                    one.Dispose();
            }
        }
        catch (AwsServiceException e) when (e.ErrorCode == SecretErrors.Denied)
        {
            _isDenied = true;
            Log.BatchDenied(logger);
            return false;
        }
        catch (AwsServiceException e)
        {
            foreach (var i in chunk)
                answers[i] = SecretReadResult.Failure(
                    requests[i],
                    SecretErrors.Of(
                        e,
                        requests[i].Locations[0].Name,
                        requests[i].Path.ToString(),
                        "secretsmanager:BatchGetSecretValue"
                    ),
                    e.RequestId
                );
        }
        catch (SecretException e)
        {
            foreach (var i in chunk)
                answers[i] = SecretReadResult.Failure(requests[i], e);
        }
        return true;
    }

    /// <summary>Follows the token even where a page is empty, as AWS asks to.</summary>
    private async ValueTask CollectAsync(
        string[] paths,
        SecretName about,
        Dictionary<string, AwsSecretVersion> found,
        Dictionary<string, (string? Code, bool SpeaksOfDeletion)> errors,
        CancellationToken ct
    )
    {
        string? next = null;
        for (var page = 0; page < MaxSecrets; page++)
        {
            var body = new BodyWriter().Texts("SecretIdList", paths).Text("NextToken", next).End();
            using var reply = await sender
                .SendAsync(new AwsCall("BatchGetSecretValue", body, about), ct, limit)
                .ConfigureAwait(false);
            foreach (var element in AwsReply.List(reply.Root, "SecretValues"))
            {
                if (
                    AwsReply.Text(element, "Name") is { } name
                    && !found.ContainsKey(name)
                    && AwsSecretVersion.Read(element, reply.RequestId) is { } secret
                )
                    found.Add(name, secret);
            }
            foreach (var element in AwsReply.List(reply.Root, "Errors"))
            {
                if (AwsReply.Text(element, "SecretId") is { } id)
                    errors[id] = (
                        ReplyReader.NameOf(AwsReply.Text(element, "ErrorCode")),
                        AwsReply.Text(element, "Message")?.Contains("delet", StringComparison.OrdinalIgnoreCase) == true
                    );
            }
            next = reply.Text("NextToken");
            if (string.IsNullOrEmpty(next))
                return;
        }
    }

    private SecretReadResult AnswerOf(
        SecretRequest request,
        Dictionary<string, AwsSecretVersion> found,
        Dictionary<string, (string? Code, bool SpeaksOfDeletion)> errors
    )
    {
        var (name, path) = (request.Locations[0].Name, request.Path.ToString());
        if (found.TryGetValue(path, out var secret))
            return SecretReader.Answer(request, secret);
        if (errors.TryGetValue(path, out var error))
            return SecretReadResult.Failure(request, ErrorOf(error.Code, error.SpeaksOfDeletion, name, path));
        return SecretReadResult.Failure(
            request,
            new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"Secrets Manager in {sender.Region} omitted '{name}' ({path}) from its response.",
                name,
                AwsDefaults.BackendName
            )
        );
    }

    /// <summary>Within a batch too, a fault of AWS's own is no word about the secret.</summary>
    private SecretException ErrorOf(string? code, bool speaksOfDeletion, SecretName name, string path)
    {
        if (
            code is null
            || code.StartsWith("Internal", StringComparison.Ordinal)
            || code.StartsWith("Throttl", StringComparison.Ordinal)
            || code.StartsWith("ServiceUnavailable", StringComparison.Ordinal)
        )
            return new SecretUnavailableException(
                code?.StartsWith("Throttl", StringComparison.Ordinal) == true
                    ? SecretErrorCode.Throttled
                    : SecretErrorCode.Unreachable,
                $"Secrets Manager in {sender.Region} failed for '{name}' ({path}): {code ?? "unknown"}.",
                name,
                AwsDefaults.BackendName
            );
        return SecretErrors.Of(code, speaksOfDeletion, name, path, "secretsmanager:GetSecretValue");
    }
}
