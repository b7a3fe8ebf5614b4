using System.Security.Cryptography;
using Strongroom.Unix;

namespace Strongroom.Env;

/// <summary>
/// The <c>.env</c> file on disk: read only if no other user could have read or written it, and replaced atomically.
/// </summary>
internal sealed class DotenvStore(string path, TimeProvider time)
{
    /// <summary>The backend that errors name.</summary>
    internal const string BackendName = "env";

    internal const long MaxBytes = 1024 * 1024;

    private readonly string _path = System.IO.Path.GetFullPath(path);

    /// <summary>The path of the file.</summary>
    internal string Path => _path;

    private string Folder => System.IO.Path.GetDirectoryName(_path)!;

    /// <summary>
    /// Reads it; null where there is none. It does not suspend: reading a file blocks a thread either way, and a start that
    /// suspends compiles every caller's continuation.
    /// </summary>
    /// <exception cref="SecretConfigurationException">It is malformed, or open to others.</exception>
    /// <exception cref="SecretUnavailableException">The file system fails.</exception>
    internal ValueTask<DotenvFile?> LoadAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            return new ValueTask<DotenvFile?>(Read() is { } bytes ? DotenvFile.Own(bytes, _path) : null);
        }
        catch (PlatformNotSupportedException)
        {
            throw Invalid(
                "its owner and mode can be checked on Linux only. Run on Linux or in a Linux container, or use process variables."
            );
        }
        catch (UnauthorizedAccessException)
        {
            throw Invalid("this process may not read it. Run as its owner, or give it to the user that the service runs as.");
        }
        catch (IOException e)
        {
            throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"{_path} cannot be read: {e.Message.TrimEnd('.')}. Check the file system.",
                backend: BackendName
            );
        }
    }

    /// <summary>
    /// Changes the file under the lock of its folder, so that no concurrent change is lost. <paramref name="change"/> returns
    /// the new file, or null if there is nothing to do.
    /// </summary>
    /// <exception cref="SecretException">The change did not happen.</exception>
    internal async ValueTask ChangeAsync(Func<DotenvFile, DotenvFile?> change, CancellationToken ct)
    {
        try
        {
            using var held = await FolderLock.AcquireAsync(Folder, time, ct).ConfigureAwait(false)
                ?? throw Failed(
                    $"another process has kept {Folder} locked for {FolderLock.LongestWait.TotalSeconds} s. Try again when it "
                        + "is done."
                );
            AtomicFile.Sweep(Folder);
            using var old = await LoadAsync(ct).ConfigureAwait(false) ?? DotenvFile.Parse([], _path);
            using var changed = change(old);
            if (changed is not null)
                Replace(changed.Bytes.Span);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed($"{e.Message.TrimEnd('.')}. The file is as it was; check that this user may write to {Folder}.");
        }
    }

    private byte[]? Read()
    {
        using var handle = UnixFile.OpenChecked(_path, Check);
        if (handle is null)
            return null;
        var size = UnixFile.GetStatus(handle).Size;
        if (size > MaxBytes)
            throw Invalid(
                $"it is larger than {MaxBytes / 1024} KiB, which no file of secrets is. Check that SECRET_DOTENV_PATH names "
                    + "the right one."
            );

        var bytes = GC.AllocateUninitializedArray<byte>((int)size, pinned: true);
        var length = 0;
        while (length < bytes.Length)
        {
            var read = RandomAccess.Read(handle, bytes.AsSpan(length), length);
            if (read == 0)
            {
                CryptographicOperations.ZeroMemory(bytes);
                throw new IOException("The file became shorter while it was read");
            }
            length += read;
        }
        return bytes;
    }

    private void Check(UnixFileStatus file)
    {
        if (file.IsSymlink)
            throw Invalid(
                "it is a symbolic link. Put the file itself there, or set SECRET_DOTENV_PATH to the path of its target."
            );
        if (!file.IsRegular)
            throw Invalid("it is not a regular file. Put a file there, or set SECRET_DOTENV_PATH to one.");
        if (file.User != 0 && file.User != UnixFile.CurrentUser)
            throw Invalid($"it belongs to another user (id {file.User}). Run: chown {UnixFile.CurrentUser} {_path}");
        if ((file.Mode & UnixFile.OthersAny) != 0)
            throw Invalid($"other users may use it. Run: chmod 600 {_path}");
    }

    private void Replace(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxBytes)
            throw Failed($"it would be larger than {MaxBytes / 1024} KiB.");
        var old = UnixFile.GetStatus(_path);
        AtomicFile.Replace(_path, text, old is { } before ? before.Mode & UnixFile.OwnerOnlyFolder : UnixFile.OwnerOnly, old);
    }

    private SecretConfigurationException Invalid(string problem) =>
        new(SecretErrorCode.DotenvInvalid, $"{_path} is not used: {problem}", backend: BackendName);

    private SecretWriteException Failed(string problem) =>
        new(SecretErrorCode.WriteFailed, $"{_path} was not written: {problem}", backend: BackendName);
}
