using System.Runtime.InteropServices;

namespace Strongroom.Cli.Running;

/// <summary>
/// Signals that are meant for the child. Before there is one they end the command; afterwards they are passed on, and how it ends is
/// the child's own matter.
/// </summary>
internal sealed class ChildSignals : IDisposable
{
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int User1 = 10;
    private const int User2 = 12;

    internal const int Kill = 9;
    internal const int Terminate = 15;

    private readonly CancellationTokenSource _ended = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly bool _isTerminal;
    private volatile int _child;

    /// <param name="isTerminal">On a terminal the kernel itself sends Ctrl-C and Ctrl-\ to the child too, and twice would be once too often.</param>
    internal ChildSignals(bool isTerminal)
    {
        _isTerminal = isTerminal;
        foreach (var (signal, number) in ((PosixSignal, int)[])
            [(PosixSignal.SIGHUP, Hangup), (PosixSignal.SIGINT, Interrupt), (PosixSignal.SIGQUIT, Quit), (PosixSignal.SIGTERM, Terminate), ((PosixSignal)User1, User1), ((PosixSignal)User2, User2)])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, caught =>
            {
                caught.Cancel = true;
                Receive(number);
            }));
        }
    }

    /// <summary>Cancelled by a signal that came before there was a child.</summary>
    internal CancellationToken Ended => _ended.Token;

    /// <summary>The child's id; 0 where there is none now.</summary>
    internal int Child
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
        if (_child is not 0 and var child)
        {
            if (!(_isTerminal && signal is Interrupt or Quit))
                ChildProcess.Send(child, signal);
        }
        else if (signal is Hangup or Interrupt or Terminate)
        {
            _ended.Cancel();
        }
    }
}
