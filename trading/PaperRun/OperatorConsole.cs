namespace PaperRun;

/// <summary>Messages for the operator, on stderr; results go to stdout.</summary>
internal static class OperatorConsole
{
    internal static void Say(string line) => Console.Error.WriteLine($"paper-run: {line}");
}
