using System.Security.Cryptography;

namespace Strongroom.Vault.Auth;

/// <summary>Reads a credential from a file, without its last line's end, into nothing but a <see cref="SecretValue"/>.</summary>
internal static class SecretFile
{
    private const int Largest = 64 * 1024;

    /// <exception cref="SecretAccessDeniedException">It is not there, cannot be read, or is empty.</exception>
    internal static async ValueTask<SecretValue> ReadAsync(string path, string setting, CancellationToken ct)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Largest, pinned: true);
        var length = 0;
        try
        {
            var file = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous });
            await using (file.ConfigureAwait(false))
            {
                int read;
                while (length < Largest && (read = await file.ReadAsync(bytes.AsMemory(length), ct).ConfigureAwait(false)) > 0)
                    length += read;
            }
            var text = bytes.AsSpan(0, length).TrimEnd("\r\n \t"u8);
            return text.IsEmpty || length == Largest ? throw Unusable(setting, "is empty, or too large for a credential") : SecretValue.FromBytes(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(setting, $"cannot be read ({e.GetType().Name})");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static SecretAccessDeniedException Unusable(string setting, string what) => new(
        SecretErrorCode.LoginRejected, $"The file that {setting} names {what}, so there is nothing to log in to Vault with. Put the credential there.", backend: VaultBackend.BackendName);
}
