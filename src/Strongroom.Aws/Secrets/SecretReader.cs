using Strongroom.Aws.Transport;
using Strongroom.Aws.Wire;
using Strongroom.Backends;

namespace Strongroom.Aws.Secrets;

/// <summary>Reads single secrets, one call each.</summary>
/// <remarks>
/// The stage is always named: a read without one means <c>AWSCURRENT</c> at AWS, and the version before at moto once the label
/// moved.
/// </remarks>
internal sealed class SecretReader(AwsSender sender, TimeSpan? limit = null)
{
    internal async ValueTask<SecretReadResult> AnswerAsync(SecretRequest request, CancellationToken ct)
    {
        try
        {
            var (name, path) = (request.Locations[0].Name, request.Path.ToString());
            using var found = await FindAsync(path, name, request.Version, StageOf(request.Stage), ct).ConfigureAwait(false);
            if (found is not null)
                return Answer(request, found);
            if (request.Version is null && request.Stage == SecretStage.Current)
                throw SecretErrors.Missing(name, path);
            // A missing version does not tell whether the secret exists; its current version does.
            using var current = await FindAsync(path, name, null, SecretStages.Current, ct).ConfigureAwait(false);
            throw current is null
                ? SecretErrors.Missing(name, path)
                : SecretErrors.VersionGone(
                    name,
                    request.Version is { } version ? $"version {version}" : $"version with the label {StageOf(request.Stage)}"
                );
        }
        catch (SecretException e)
        {
            return SecretReadResult.Failure(request, e);
        }
    }

    /// <summary>Finds a version, or null if it does not exist.</summary>
    /// <exception cref="SecretException">AWS denies it, cannot answer, or the secret is deleted.</exception>
    internal async ValueTask<AwsSecretVersion?> FindAsync(
        string path,
        SecretName name,
        SecretVersion? version,
        string stage,
        CancellationToken ct
    )
    {
        var body = BodyWriter.For(path);
        body = version is { } wanted ? body.Text("VersionId", wanted.Id) : body.Text("VersionStage", stage);
        try
        {
            using var reply = await sender
                .SendAsync(new AwsCall("GetSecretValue", body.End(), name), ct, limit)
                .ConfigureAwait(false);
            return AwsSecretVersion.Read(reply.Root, reply.RequestId);
        }
        catch (AwsServiceException e) when (e.ErrorCode == SecretErrors.NotFound)
        {
            return null;
        }
        // A version id that cannot be one: shorter than AWS's, for instance.
        catch (AwsServiceException e)
            when (version is not null && e.ErrorCode is SecretErrors.InvalidParameter or "ValidationException")
        {
            return null;
        }
        catch (AwsServiceException e)
        {
            throw SecretErrors.Of(e, name, path, "secretsmanager:GetSecretValue");
        }
    }

    internal static SecretReadResult Answer(SecretRequest request, AwsSecretVersion found)
    {
        var values = new List<SecretValue>(request.Locations.Count);
        try
        {
            foreach (var location in request.Locations)
                values.Add(found.Value(location, out var error) ?? throw error!);
            return SecretReadResult.Success(request, values, found.Version, found.CreatedAt, found.RequestId);
        }
        catch (Exception e)
        {
            values.ForEach(value => value.Dispose());
            if (e is SecretException known)
                return SecretReadResult.Failure(request, known, found.RequestId);
            throw;
        }
    }

    private static string StageOf(SecretStage stage) =>
        stage switch
        {
            SecretStage.Pending => SecretStages.Pending,
            SecretStage.Previous => SecretStages.Previous,
            _ => SecretStages.Current,
        };
}
