using System.Text;
using Strongroom.Unix;

namespace Strongroom;

/// <summary>
/// The secrets that one service uses, with permitted access, bundles, permitted hosts and the effect of loss:
/// <c>secrets.json</c> beside the service. Its schema is <c>docs/secrets.schema.json</c>.
/// </summary>
public sealed class SecretDeclaration
{
    private const int LongestFile = 1024 * 1024;

    private readonly Dictionary<string, DeclaredSecret> _byName;

    /// <summary>Creates a declaration from entries.</summary>
    /// <exception cref="SecretConfigurationException">The entries contradict each other; all faults are listed.</exception>
    public SecretDeclaration(string service, IReadOnlyList<DeclaredSecret> secrets)
    {
        var faults = DeclarationRules.Check(service, secrets);
        if (faults.Count > 0)
            throw new SecretConfigurationException(SecretErrorCode.DeclarationInvalid, faults);
        Service = service;
        Secrets = secrets;
        Bundles =
        [
            .. secrets
                .GroupBy(secret => secret.Bundle, StringComparer.Ordinal)
                .Select(group => new SecretBundle(group.Key, [.. group])),
        ];
        _byName = secrets.ToDictionary(secret => secret.Name.ToString(), StringComparer.Ordinal);
    }

    /// <summary>The service's id, in snake_case.</summary>
    public string Service { get; }

    /// <summary>Every entry, in the order of the file.</summary>
    public IReadOnlyList<DeclaredSecret> Secrets { get; }

    /// <summary>The bundles that the entries form.</summary>
    public IReadOnlyList<SecretBundle> Bundles { get; }

    /// <summary>The entry with that name, or null.</summary>
    public DeclaredSecret? Find(SecretName name) => _byName.GetValueOrDefault(name.ToString());

    /// <summary>Reads a declaration from a file.</summary>
    /// <exception cref="SecretConfigurationException">The file is missing or malformed; all faults are listed with their
    /// positions.</exception>
    public static SecretDeclaration Load(string path)
    {
        try
        {
            return Parse(BoundedFile.Read(path, LongestFile) ?? throw new FileNotFoundException(), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretConfigurationException(
                SecretErrorCode.DeclarationInvalid,
                $"The declaration {path} cannot be read. Put a secrets.json beside the service, or set SECRET_DECLARATION to "
                    + "its path."
            );
        }
    }

    /// <summary>Reads a declaration from JSON; <paramref name="source"/> names it in error messages.</summary>
    /// <exception cref="SecretConfigurationException">The JSON is malformed; all faults are listed with their
    /// positions.</exception>
    public static SecretDeclaration Parse(ReadOnlySpan<byte> utf8Json, string source = "secrets.json") =>
        DeclarationReader.Read(utf8Json, source);

    /// <summary>Reads a declaration from JSON text.</summary>
    /// <exception cref="SecretConfigurationException">The JSON is malformed; all faults are listed with their
    /// positions.</exception>
    public static SecretDeclaration Parse(string json, string source = "secrets.json") =>
        Parse(Encoding.UTF8.GetBytes(json), source);
}
