using System.Globalization;
using System.Runtime.InteropServices;

namespace Strongroom.Cli.Session;

/// <summary>Ctrl-C, SIGTERM and SIGHUP ask a command to end: it has 10 s for that. The second one ends it at once.</summary>
internal sealed class CommandSignals : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly PosixSignal[] s_ending = [PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGTERM];
    private static readonly Lazy<ulong> s_ignored = new(ReadIgnored);

    private readonly CancellationTokenSource _asked = new();
    private readonly TaskCompletionSource _overdue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CommandContext _context;
    private ITimer? _timer;

    internal CommandSignals(CommandContext context)
    {
        _context = context;
        foreach (var signal in s_ending.Where(signal => !IsIgnored(NumberOf(signal))))
            _registrations.Add(PosixSignalRegistration.Create(signal, Receive));
    }

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Asked => _asked.Token;

    /// <summary>Ends where the command was asked to end and did not.</summary>
    internal Task Overdue => _overdue.Task;

    /// <summary>Whether a signal asks a command to end.</summary>
    internal static bool Ends(int number) => s_ending.Any(signal => NumberOf(signal) == number);

    /// <summary>Whether this process was started with a signal ignored, as under <c>nohup</c>.</summary>
    internal static bool IsIgnored(int number) => (s_ignored.Value >> (number - 1) & 1) != 0;

    public void Dispose()
    {
        _registrations.ForEach(one => one.Dispose());
        _timer?.Dispose();
        _asked.Dispose();
    }

    private static int NumberOf(PosixSignal signal) =>
        signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            _ => 15,
        };

    private void Receive(PosixSignalContext caught)
    {
        if (_context.EndedBy != 0)
            return;
        caught.Cancel = true;
        _context.EndedBy = NumberOf(caught.Signal);
        _timer = _context.Time.CreateTimer(_ => _overdue.TrySetResult(), null, s_patience, Timeout.InfiniteTimeSpan);
        _asked.Cancel();
    }

    /// <summary>One bit each. Before anything is registered, since that makes an ignored signal one that is caught.</summary>
    private static ulong ReadIgnored()
    {
        try
        {
            var line = File.ReadLines("/proc/self/status")
                .FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
            return line is null
                ? 0
                : ulong.Parse(line.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
