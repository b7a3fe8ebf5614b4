using System.Security.Cryptography;
using Strongroom.Unix;

namespace Strongroom.Vault.Auth;

/// <summary>Reads a credential from a file, without its last line's end, into nothing but a <see cref="SecretValue"/>.</summary>
internal static class SecretFile
{
    private const int Largest = 64 * 1024;

    /// <exception cref="SecretAccessDeniedException">It is not there, cannot be read, may be written by others, or is
    /// empty.</exception>
    internal static SecretValue Read(string path, string setting)
    {
        byte[]? bytes = null;
        try
        {
            bytes = BoundedFile.Read(path, Largest, FileTrust.Credential) ?? throw Unusable(setting, "does not exist");
            var text = bytes.AsSpan().TrimEnd("\r\n \t"u8);
            return text.IsEmpty ? throw Unusable(setting, "is empty") : SecretValue.FromBytes(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(setting, $"is not used ({e.Message.TrimEnd('.')})");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static SecretAccessDeniedException Unusable(string setting, string what) =>
        new(
            SecretErrorCode.LoginRejected,
            $"The file that {setting} names {what}, so there is no credential to log in to Vault with. Write it there.",
            backend: VaultDefaults.BackendName
        );
}
