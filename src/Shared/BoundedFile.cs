using System.Security.Cryptography;

namespace Strongroom.Unix;

/// <summary>What a file is trusted for.</summary>
internal enum FileTrust
{
    /// <summary>Its content is validated, whoever wrote it.</summary>
    Content,

    /// <summary>
    /// It is a credential that determines the identity of this process, so only its user and root may be able to write it.
    /// </summary>
    Credential,
}

/// <summary>
/// Reads a file whose path comes from outside. It never blocks on a pipe, never reads a device, and never reads more than the
/// limit.
/// </summary>
internal static class BoundedFile
{
    /// <summary>
    /// Returns the bytes in a pinned array, which the caller zeroes if they are secret; null if the file does not exist.
    /// </summary>
    /// <exception cref="IOException">It is not a regular file, is too large, or cannot be trusted; the message says what to
    /// do.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    internal static byte[]? Read(string path, int longest, FileTrust trust = FileTrust.Content)
    {
        using var handle = UnixFile.OpenRegular(path, trust);
        if (handle is null)
            return null;
        // One byte more than the limit, since some file systems do not report the length of a file.
        var buffer = GC.AllocateUninitializedArray<byte>(
            (int)Math.Min(Math.Max(RandomAccess.GetLength(handle), 512), longest) + 1,
            pinned: true
        );
        var length = 0;
        try
        {
            for (int read; (read = RandomAccess.Read(handle, buffer.AsSpan(length), length)) > 0; )
            {
                length += read;
                if (length > longest)
                    throw new IOException($"it is larger than {longest} bytes");
                if (length == buffer.Length)
                    Grow(ref buffer, longest);
            }
            var bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            buffer.AsSpan(0, length).CopyTo(bytes);
            return bytes;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static void Grow(ref byte[] buffer, int longest)
    {
        var larger = GC.AllocateUninitializedArray<byte>(Math.Min(buffer.Length * 2, longest + 1), pinned: true);
        buffer.CopyTo(larger, 0);
        CryptographicOperations.ZeroMemory(buffer);
        buffer = larger;
    }
}
