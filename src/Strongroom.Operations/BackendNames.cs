namespace Strongroom.Operations;

/// <summary>The values of <c>SECRET_BACKEND</c> that an operator's program supports.</summary>
public static class BackendNames
{
    /// <summary>Process variables and a <c>.env</c> file.</summary>
    public const string Env = "env";

    /// <summary>HashiCorp Vault or OpenBao.</summary>
    public const string Vault = "vault";

    /// <summary>AWS Secrets Manager.</summary>
    public const string Aws = "aws";
}
