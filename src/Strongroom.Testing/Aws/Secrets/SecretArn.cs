using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Strongroom.Testing.Aws.Secrets;

/// <summary>
/// Where a secret is. The service adds a hyphen and six random characters to the name; a replica has the same six.
/// </summary>
internal sealed record SecretArn(string Region, string Account, string Resource)
{
    private const string SuffixCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static SecretArn New(string region, string account, string name) =>
        new(region, account, $"{name}-{RandomNumberGenerator.GetString(SuffixCharacters, 6)}");

    /// <summary>Whether it ends as a whole ARN does. A name that ends so itself makes the half of its ARN look whole.</summary>
    public bool LooksComplete => Resource.Length > 7 && Resource[^7] == '-' && Resource[^6..].All(char.IsAsciiLetterOrDigit);

    public static bool TryParse(string text, [NotNullWhen(true)] out SecretArn? arn)
    {
        arn = text.Split(':', 7) is ["arn", _, "secretsmanager", var region, var account, "secret", { Length: > 0 } resource]
            ? new(region, account, resource)
            : null;
        return arn is not null;
    }

    public override string ToString()
    {
        var partition =
            Region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn"
            : Region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov"
            : "aws";
        return $"arn:{partition}:secretsmanager:{Region}:{Account}:secret:{Resource}";
    }
}
