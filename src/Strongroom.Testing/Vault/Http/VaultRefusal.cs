namespace Strongroom.Testing.Vault;

/// <summary>An answer of Vault's that says no: its status and its words.</summary>
internal sealed class VaultRefusal(int status, params string[] errors) : Exception(string.Join(' ', errors))
{
    public int Status => status;

    public IReadOnlyList<string> Errors => errors;

    public static VaultRefusal NotFound() => new(404);

    public static VaultRefusal BadRequest(string text) => new(400, text);

    public static VaultRefusal Denied() => new(403, "permission denied");

    public static VaultRefusal DeniedByPolicy() => new(403, Listed("permission denied"));

    public static VaultRefusal UnsupportedPath() => new(404, Listed("unsupported path"));

    public static VaultRefusal UnsupportedOperation() => new(405, Listed("unsupported operation"));

    /// <summary>The form in which Vault prints a list of errors.</summary>
    public static string Listed(params string[] errors) =>
        $"{errors.Length} error{(errors.Length == 1 ? "" : "s")} occurred:\n{string.Concat(errors.Select(e => $"\t* {e}\n"))}\n";
}
