namespace Strongroom.Testing.Aws;

/// <summary>Which ids of a batch fail while the batch itself is answered with 200.</summary>
internal sealed record BatchFault(string Code, IReadOnlyList<string> SecretIds)
{
    public AwsError? For(string id) =>
        SecretIds.Count == 0 || SecretIds.Contains(id) ? new AwsError(Code, "An internal error occurred.") : null;
}
