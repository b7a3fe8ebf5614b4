namespace PaperRun;

/// <summary>The run cannot go on; the message is for the operator.</summary>
internal sealed class PaperRunException(string message) : Exception(message);
