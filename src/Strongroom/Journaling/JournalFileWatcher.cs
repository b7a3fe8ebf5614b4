using System.Runtime.InteropServices;
using Strongroom.Unix;

namespace Strongroom.Journaling;

/// <summary>
/// Has a journal check its file: at once when the kernel reports that another process opens it, and every second.
/// </summary>
internal sealed class JournalFileWatcher : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly PosixSignalRegistration _signal;
    private readonly ITimer _timer;

    internal JournalFileWatcher(Journal journal, TimeProvider time)
    {
        _signal = PosixSignalRegistration.Create(UnixLease.Signal, context =>
        {
            context.Cancel = true;
            journal.CheckFile();
        });
        journal.CheckFile();
        _timer = time.CreateTimer(_ => journal.TryCheckFile(), null, s_interval, s_interval);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _signal.Dispose();
    }
}
