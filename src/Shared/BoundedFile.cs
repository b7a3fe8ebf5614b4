using System.Security.Cryptography;

namespace Strongroom.Unix;

/// <summary>Whose word a file's content is.</summary>
internal enum FileTrust
{
    /// <summary>It is checked for what it says, whoever wrote it.</summary>
    Content,

    /// <summary>It is a credential: whoever may write it says who this process is, so nobody but its user and root may.</summary>
    Credential,
}

/// <summary>
/// Reads a file whose path comes from outside. It never waits (a pipe without a writer), never reads a device, and never more
/// than was allowed.
/// </summary>
internal static class BoundedFile
{
    /// <summary>
    /// The bytes in a pinned array, which the caller zeroes where they are secret; null where there is no such file.
    /// </summary>
    /// <exception cref="IOException">It is no regular file, is too large, or not one to believe; the message says what to
    /// do.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    internal static byte[]? Read(string path, int longest, FileTrust trust = FileTrust.Content)
    {
        using var handle = UnixFile.OpenRegular(path, trust);
        if (handle is null)
            return null;
        // One byte more than is allowed, since some file systems do not know how long a file is before it was read.
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
