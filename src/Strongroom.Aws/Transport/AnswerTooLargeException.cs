namespace Strongroom.Aws.Transport;

/// <summary>An answer of more bytes than are taken.</summary>
internal sealed class AnswerTooLargeException(int limit) : IOException($"gives an answer of more than {limit} bytes");
