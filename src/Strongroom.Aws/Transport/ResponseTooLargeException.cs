namespace Strongroom.Aws.Transport;

/// <summary>An answer of more bytes than are taken.</summary>
internal sealed class ResponseTooLargeException(int limit) : IOException($"gives a response of more than {limit} bytes");
