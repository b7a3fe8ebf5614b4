using System.Runtime.InteropServices;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Running;

/// <summary>
/// Signals that are meant for the child. Before there is one they end the command; afterwards they are passed on, and how it ends
/// is the child's own matter. What is ignored from the start, as under <c>nohup</c>, stays so, also for the child.
/// </summary>
internal sealed class ChildSignals : IDisposable
{
    private const int Interrupt = 2;
    private const int Quit = 3;

    private static readonly int[] s_passed = [1, Interrupt, Quit, Terminate, 10, 12];

    internal const int Kill = 9;
    internal const int Terminate = 15;

    private readonly CancellationTokenSource _ended = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CommandContext _context;
    private readonly bool _reachesChild;
    private volatile ChildTree? _child;

    /// <param name="context">The command, which is told what ended it.</param>
    /// <param name="reachesChild">The child is in this process's group: what the terminal sends (Ctrl-C, Ctrl-\) reaches it too,
    /// and twice would be once too often.</param>
    internal ChildSignals(CommandContext context, bool reachesChild)
    {
        (_context, _reachesChild) = (context, reachesChild);
        foreach (var number in s_passed.Where(number => !CommandSignals.IsIgnored(number)))
        {
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)number, caught =>
                {
                    caught.Cancel = true;
                    Receive(number);
                }));
        }
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, caught =>
            {
                if (_child is not { } child)
                    return;
                // Otherwise .NET's console sets the terminal's modes after this, when the terminal is the child's already, and
                // SIGTTOU stops this process again.
                caught.Cancel = true;
                child.BroughtForward();
            }));
    }

    /// <summary>Cancelled by a signal that came while there was no child.</summary>
    internal CancellationToken Ended => _ended.Token;

    /// <summary>Who gets the signals; null where there is no child now.</summary>
    internal ChildTree? Child
    {
        set => _child = value;
    }

    public void Dispose()
    {
        _registrations.ForEach(one => one.Dispose());
        _ended.Dispose();
    }

    private void Receive(int signal)
    {
        // While a child is started, this waits until there is one.
        if (_child is { } child && ((_reachesChild && signal is Interrupt or Quit) || child.Send(signal)))
            return;
        if (CommandSignals.Ends(signal))
        {
            _context.EndedBy = signal;
            _ended.Cancel();
        }
    }
}
