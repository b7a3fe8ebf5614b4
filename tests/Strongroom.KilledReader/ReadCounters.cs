using System.IO.MemoryMappedFiles;

namespace Strongroom.KilledReader;

/// <summary>
/// The reader's own account, in a file's shared memory so that it outlives a kill. For each thread and name two counts: reads
/// begun, counted before the call, and reads done, counted after it. What was journalled lies between them.
/// </summary>
public sealed unsafe class ReadCounters : IDisposable
{
    public const int Threads = 2;

    private const int BytesEach = 2 * sizeof(long);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _start;

    private ReadCounters(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Threads * ReadNames.All.Length * BytesEach);
        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = (long*)start;
    }

    public static ReadCounters Open(string path) => new(path);

    public long Begun(int name) => Sum(name, 0);

    public long Done(int name) => Sum(name, 1);

    internal void Begin(int thread, int name) => Interlocked.Increment(ref *At(thread, name, 0));

    internal void End(int thread, int name) => Interlocked.Increment(ref *At(thread, name, 1));

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private long Sum(int name, int which)
    {
        var sum = 0L;
        for (var thread = 0; thread < Threads; thread++)
            sum += Volatile.Read(ref *At(thread, name, which));
        return sum;
    }

    private long* At(int thread, int name, int which) => _start + (((thread * ReadNames.All.Length) + name) * 2) + which;
}
