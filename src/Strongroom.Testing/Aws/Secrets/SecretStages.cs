namespace Strongroom.Testing.Aws.Secrets;

/// <summary>Staging labels. A label is on one version at most; <c>AWSPREVIOUS</c> follows <c>AWSCURRENT</c> by itself.</summary>
internal static class SecretStages
{
    public const string Current = "AWSCURRENT";
    public const string Previous = "AWSPREVIOUS";
    public const string Pending = "AWSPENDING";
    private const int MostLabels = 20;

    /// <summary>Puts a label onto a version, wherever it was before.</summary>
    public static void Move(StoredSecret secret, string stage, StoredVersion to)
    {
        var from = secret.Staged(stage);
        if (from == to)
            return;
        if (to.Stages.Count >= MostLabels)
            throw AwsError.Limit($"A version can't have more than {MostLabels} staging labels.");
        from?.Stages.Remove(stage);
        to.Stages.Add(stage);
        if (stage != Current)
            return;
        secret.Staged(Previous)?.Stages.Remove(Previous);
        from?.Stages.Add(Previous);
    }

    /// <summary>Moves or removes a label only where it is still on the version that the caller believes it is on.</summary>
    public static void Update(StoredSecret secret, string stage, string? removeFrom, string? moveTo)
    {
        if (removeFrom is null && moveTo is null)
            throw AwsError.Parameter("You must specify MoveToVersionId, RemoveFromVersionId or both.");
        var holder = secret.Staged(stage);
        var target = moveTo is null ? null : secret.Version(moveTo) ?? throw AwsError.NotFound("secret version");
        if (removeFrom is not null && secret.Version(removeFrom) is null)
            throw AwsError.NotFound("secret version");
        if (removeFrom is not null && holder?.Id != removeFrom)
            throw AwsError.Parameter($"The staging label {stage} is not attached to the version in RemoveFromVersionId.");
        if (target is null)
        {
            if (stage == Current)
                throw AwsError.Parameter(
                    $"You can only move staging label {Current} to a different secret version. It can't be completely removed."
                );
            holder!.Stages.Remove(stage);
            return;
        }
        if (removeFrom is null && holder is not null && holder != target)
            throw AwsError.Parameter(
                $"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version "
                    + $"{holder.Id}, so you must explicitly reference that version in RemoveFromVersionId."
            );
        Move(secret, stage, target);
    }
}
