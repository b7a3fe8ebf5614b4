namespace Strongroom.Cli.Output;

/// <summary>The three streams, and whether a person sits at them. A test gives its own.</summary>
internal sealed record TerminalDevices
{
    internal required Stream Input { get; init; }

    internal required Stream Output { get; init; }

    internal required Stream Error { get; init; }

    internal bool IsInputTerminal { get; init; }

    internal bool IsOutputTerminal { get; init; }

    internal bool IsErrorTerminal { get; init; }

    /// <summary>NO_COLOR, or a terminal that knows no colours.</summary>
    internal bool HasColour { get; init; }

    /// <summary>
    /// Asked only where a table is drawn: asking makes .NET change the keypad's mode, which a program that takes this process's
    /// place would inherit.
    /// </summary>
    internal Func<int> Width { get; init; } = static () => 80;

    /// <summary>While true, typed characters are not shown, and Ctrl-C is an ordinary key.</summary>
    internal Action<bool> HideKeys { get; init; } = static _ => { };

    /// <summary>Reads one key.</summary>
    internal Func<ConsoleKeyInfo> ReadKey { get; init; } = () => throw new InvalidOperationException("There is no keyboard.");

    internal static TerminalDevices OfProcess() =>
        new()
        {
            Input = Console.OpenStandardInput(),
            Output = Console.OpenStandardOutput(),
            Error = Console.OpenStandardError(),
            IsInputTerminal = !Console.IsInputRedirected,
            IsOutputTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            HasColour =
                string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
            Width = static () => Console.IsOutputRedirected ? 80 : Math.Max(40, Console.WindowWidth),
            HideKeys = static hide => Console.TreatControlCAsInput = hide,
            ReadKey = static () => Console.ReadKey(intercept: true),
        };
}
