using System.Security.Cryptography;
using Strongroom.Cli.Output;

namespace Strongroom.Cli.Input;

/// <summary>Takes a value from stdin, or asks for it twice without showing it.</summary>
internal static class ValueInput
{
    private const int First = 16 * 1024;

    /// <summary>More than any backend accepts, so that the backend's own limit is reported.</summary>
    private const int Most = 4 * 1024 * 1024;

    /// <exception cref="CommandException">The value is empty, or the two that were typed differ.</exception>
    internal static async Task<SecretValue> ReadAsync(Terminal terminal, SecretName name, bool raw, CancellationToken ct) =>
        terminal.IsInputTerminal ? await AskAsync(terminal, name, ct) : await ReadStreamAsync(terminal.Devices.Input, raw, ct);

    private static async Task<SecretValue> AskAsync(Terminal terminal, SecretName name, CancellationToken ct)
    {
        var typed = await Question.ReadHiddenAsync(terminal, $"Value of {name}:", ct);
        try
        {
            using var again = await Question.ReadHiddenAsync(terminal, "Repeat the value:", ct);
            if (typed.ByteCount == 0)
                throw CommandException.Usage("the value is empty; nothing was stored", "Type it again, or give it on stdin.");
            return typed.Equals(again)
                ? typed
                : throw CommandException.Usage(
                    "the two values differ; nothing was stored",
                    "Type it again, or give it on stdin."
                );
        }
        catch
        {
            typed.Dispose();
            throw;
        }
    }

    private static async Task<SecretValue> ReadStreamAsync(Stream input, bool raw, CancellationToken ct)
    {
        var buffer = GC.AllocateArray<byte>(First, pinned: true);
        var length = 0;
        try
        {
            int read;
            while ((read = await input.ReadAsync(buffer.AsMemory(length), ct)) > 0)
            {
                length += read;
                if (length > Most)
                    throw CommandException.Usage($"stdin exceeds {Most} bytes; nothing was stored", "Check what is piped in.");
                if (length == buffer.Length)
                    buffer = Grow(buffer);
            }
            var value = raw ? buffer.AsSpan(0, length) : WithoutLineEnd(buffer.AsSpan(0, length));
            return value.Length > 0
                ? SecretValue.FromBytes(value)
                : throw CommandException.Usage(
                    "stdin is empty; nothing was stored",
                    "Check what is piped in: a command before the pipe may have failed."
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static byte[] Grow(byte[] full)
    {
        var larger = GC.AllocateArray<byte>(full.Length * 2, pinned: true);
        full.CopyTo(larger, 0);
        CryptographicOperations.ZeroMemory(full);
        return larger;
    }

    private static Span<byte> WithoutLineEnd(Span<byte> bytes) =>
        bytes is [.., (byte)'\r', (byte)'\n'] ? bytes[..^2]
        : bytes is [.., (byte)'\n'] ? bytes[..^1]
        : bytes;
}
