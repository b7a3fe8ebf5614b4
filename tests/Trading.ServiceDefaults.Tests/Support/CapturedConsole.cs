namespace Trading.ServiceDefaults.Tests.Support;

/// <summary>Takes what is written to stderr; its users are in one collection, since a process has one stderr.</summary>
internal sealed class CapturedConsole : IDisposable
{
    private readonly TextWriter _before = Console.Error;
    private readonly StringWriter _text = new();

    internal CapturedConsole() => Console.SetError(TextWriter.Synchronized(_text));

    internal string Text => _text.ToString();

    public void Dispose()
    {
        Console.SetError(_before);
        _text.Dispose();
    }
}

/// <summary>Tests that no other may run beside, since a process has one stderr and one count of what it allocates.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection
{
    public const string Name = "process";
}
