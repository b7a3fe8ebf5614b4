using System.Security.Cryptography;
using System.Text.Json;
using Strongroom.Unix;

namespace Strongroom.Breaker;

/// <summary>
/// The trips that a service on this machine knows, beside its journal: what makes a restart halt when the database is away or has
/// lost them. Also the whole store where no database is set up.
/// </summary>
/// <remarks>
/// Several processes write to one file: each change is made under the lock of its folder, and replaces the file as a whole. A
/// name of its own for each unfinished file, a flush of the file and one of the folder make a change that was confirmed survive a
/// power cut.
/// </remarks>
internal sealed class LocalTripFile(string path, TimeProvider? time = null) : ILocalTripStore
{
    /// <summary>What follows the service's name.</summary>
    internal const string Suffix = ".trips.json";

    private const long LongestFile = 4 * 1024 * 1024;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The path of the file.</summary>
    internal string Path => path;

    private string Folder => System.IO.Path.GetDirectoryName(path)!;

    private string UnfinishedPrefix => $".{System.IO.Path.GetFileName(path)}-";

    public async ValueTask RecordAsync(TripRecord trip, CancellationToken ct) =>
        await ChangeAsync(content => content.Has(trip.Id) ? null : content.With(trip), ct).ConfigureAwait(false);

    public ValueTask<IReadOnlyList<TripRecord>> ListUnclearedAsync(TripScope scope, CancellationToken ct)
    {
        TripRecord[] uncleared = [.. Read().Uncleared.Where(trip => trip.Scope == scope)];
        Array.Sort(uncleared, static (one, other) =>
            one.At != other.At ? one.At.CompareTo(other.At) : one.Id.CompareTo(other.Id)
        );
        return new(uncleared);
    }

    public ValueTask<IReadOnlyList<TripClearance>> ReadClearancesAsync(IReadOnlyCollection<Guid> trips, CancellationToken ct) =>
        new([.. Read().Clearances.Where(clearance => trips.Contains(clearance.TripId))]);

    public ValueTask<bool> ClearAsync(TripClearance clearance, CancellationToken ct) =>
        ChangeAsync(
            content => content.Has(clearance.TripId) && !content.IsCleared(clearance.TripId) ? content.With(clearance) : null,
            ct
        );

    public ValueTask<IReadOnlyList<(TripRecord Trip, TripClearance Clearance)>> ListClearedAsync(
        TripScope scope,
        CancellationToken ct
    )
    {
        var content = Read();
        var cleared = new List<(TripRecord, TripClearance)>();
        foreach (var trip in content.Trips.Where(trip => trip.Scope == scope))
        {
            if (content.Clearances.FirstOrDefault(clearance => clearance.TripId == trip.Id) is { } clearance)
                cleared.Add((trip, clearance));
        }
        return new(cleared);
    }

    public async ValueTask ForgetAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        await ChangeAsync(content => ids.Any(content.Has) ? content.Without(ids) : null, ct).ConfigureAwait(false);

    /// <summary>Changes the file unless there is nothing to change, and says which.</summary>
    private async ValueTask<bool> ChangeAsync(Func<TripFileContent, TripFileContent?> change, CancellationToken ct)
    {
        if (change(Read()) is null)
            return false;
        try
        {
            UnixFile.CreateOwnerOnlyFolder(Folder);
            using var held = await FolderLock.AcquireAsync(Folder, _time, ct).ConfigureAwait(false)
                ?? throw NotWritten($"another process has kept {Folder} locked for {FolderLock.LongestWait.TotalSeconds} s");
            if (change(Read()) is not { } next)
                return false;
            Replace(next.ToJson());
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(
                $"{e.Message.TrimEnd('.')}. Check the space that is left there, and that this user may write to {Folder}"
            );
        }
    }

    /// <exception cref="SecretConfigurationException">It is damaged, or not ours.</exception>
    /// <exception cref="SecretUnavailableException">The file system fails.</exception>
    private TripFileContent Read()
    {
        try
        {
            using var handle = UnixFile.OpenChecked(path, Check);
            if (handle is null)
                return TripFileContent.Empty;
            var bytes = new byte[UnixFile.GetStatus(handle).Size];
            var length = 0;
            while (length < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(length), length) is > 0 and var read)
                length += read;
            return TripFileContent.Parse(bytes.AsSpan(0, length));
        }
        catch (JsonException)
        {
            throw NotTrusted("it is damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretUnavailableException(
                SecretErrorCode.Unreachable,
                $"The file of trips {path} cannot be read: {e.Message.TrimEnd('.')}."
            );
        }
    }

    private void Check(UnixFileStatus file)
    {
        if (!file.IsRegular)
            throw NotTrusted("it is no regular file");
        if (file.User != 0 && file.User != UnixFile.CurrentUser)
            throw NotTrusted($"it belongs to another user (id {file.User})");
        if ((file.Mode & UnixFile.OthersWrite) != 0)
            throw NotTrusted("others may write to it");
        if (file.Size > LongestFile)
            throw NotTrusted("it is longer than any that was written here");
    }

    private void Replace(byte[] json)
    {
        if (json.Length > LongestFile)
            throw NotWritten($"it would be longer than {LongestFile >> 20} MiB. Clear the trips that are in it");
        // Only who holds the folder's lock makes such a file, so each that lies there is that of a process that died.
        foreach (var left in Directory.GetFiles(Folder, UnfinishedPrefix + "*"))
            File.Delete(left);
        var fresh = System.IO.Path.Combine(
            Folder,
            UnfinishedPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))
        );
        try
        {
            using (var stream = UnixFile.CreateOwnerOnly(fresh))
            {
                stream.Write(json);
                stream.Flush(flushToDisk: true);
            }
            File.Move(fresh, path, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
        UnixFile.FlushFolder(Folder);
    }

    private SecretConfigurationException NotTrusted(string what) =>
        new(
            SecretErrorCode.SettingInvalid,
            $"The file of trips {path} is not used: {what}, so it is not known whether a trip in it is uncleared. Look into "
                + "why, and move it away; "
                + "what the database or a running process knows is written again."
        );

    private SecretWriteException NotWritten(string why) =>
        new(SecretErrorCode.WriteFailed, $"The file of trips {path} was not written: {why}.");
}
