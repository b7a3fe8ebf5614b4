namespace Strongroom.Unix;

/// <summary>
/// Waits a limited time for a folder lock, which every writer of a file in the folder holds from reading to renaming.
/// </summary>
internal static class FolderLock
{
    internal static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>The lock, or null if another process held it for <see cref="LongestWait"/>.</summary>
    internal static async ValueTask<IDisposable?> AcquireAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (UnixFile.TryLockFolder(folder) is { } taken)
                return taken;
            if (time.GetElapsedTime(start) >= LongestWait)
                return null;
            await Task.Delay(s_pause, time, ct).ConfigureAwait(false);
        }
    }
}
