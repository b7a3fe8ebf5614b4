using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Strongroom.Bundles;

namespace Strongroom;

/// <summary>
/// Reads a secret's UTF-8 bytes in place. They are invalid once it returns: do not keep a copy longer than the value is valid.
/// </summary>
public delegate TResult SecretReader<in TState, out TResult>(ReadOnlySpan<byte> utf8, TState state);

/// <summary>
/// A secret's bytes, pinned so that the garbage collector makes no copies, and zeroed when the value is disposed or expires.
/// </summary>
/// <remarks>
/// It prints <c>***</c> everywhere: <see cref="ToString()"/>, formatting, JSON, the debugger. Only <see cref="Reveal()"/>
/// returns the text. A reveal holds a reference while it copies, and zeroing waits for the last one: a reveal returns the whole
/// value or throws, never zeros or a part. Thread-safe.
/// </remarks>
[DebuggerDisplay("***")]
[DebuggerTypeProxy(typeof(HiddenView))]
[JsonConverter(typeof(SecretValueJsonConverter))]
public sealed class SecretValue : ISpanFormattable, IUtf8SpanFormattable, IEquatable<SecretValue>, IDisposable
{
    /// <summary>The text that is printed instead of a value.</summary>
    public const string Mask = "***";

    private const int Ended = int.MinValue;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _bytes;

    /// <summary>The sign bit is set once the value has ended; the other bits count reveals in progress.</summary>
    private int _state;

    private volatile bool _isParked;

    private SecretValue(byte[] pinned) => _bytes = pinned;

    /// <summary>The size in UTF-8 bytes.</summary>
    public int ByteCount => _bytes.Length;

    /// <summary>Whether the value has been zeroed or is about to be. A reveal then throws.</summary>
    public bool IsExpired => Volatile.Read(ref _state) < 0;

    /// <summary>
    /// Whether the value is temporarily withheld; it may become available again. See <see cref="Bundles.CachedBundle"/>.
    /// </summary>
    internal bool IsParked
    {
        get => _isParked;
        set => _isParked = value;
    }

    /// <summary>Copies UTF-8 (or binary) bytes. The caller zeroes its own buffer.</summary>
    public static SecretValue FromBytes(ReadOnlySpan<byte> bytes)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned);
        return new SecretValue(pinned);
    }

    /// <summary>Copies a text as UTF-8.</summary>
    /// <exception cref="ArgumentException">The text contains a lone surrogate and has no UTF-8 form.</exception>
    public static SecretValue FromText(ReadOnlySpan<char> text)
    {
        try
        {
            var pinned = GC.AllocateUninitializedArray<byte>(s_strictUtf8.GetByteCount(text), pinned: true);
            s_strictUtf8.GetBytes(text, pinned);
            return new SecretValue(pinned);
        }
        catch (EncoderFallbackException)
        {
            // The original exception carries the character, which is a part of the value.
            throw new ArgumentException("The value contains a lone surrogate, so it is not valid text.", nameof(text));
        }
    }

    /// <summary>The value as a string, for APIs that accept nothing else. That copy cannot be zeroed.</summary>
    /// <exception cref="SecretUnavailableException">The value has expired (<see cref="SecretErrorCode.Expired"/>).</exception>
    /// <exception cref="InvalidOperationException">The value is binary; use <see cref="Reveal{TState,TResult}"/>.</exception>
    public string Reveal() => Reveal(0, static (utf8, _) =>
        {
            try
            {
                return s_strictUtf8.GetString(utf8);
            }
            catch (DecoderFallbackException)
            {
                // The original exception carries bytes of the value.
                throw new InvalidOperationException("The value is not UTF-8 text. Read its bytes with Reveal(state, reader).");
            }
        });

    /// <summary>Passes the bytes to <paramref name="reader"/> without copying them.</summary>
    /// <exception cref="SecretUnavailableException">The value has expired (<see cref="SecretErrorCode.Expired"/>).</exception>
    public TResult Reveal<TState, TResult>(TState state, SecretReader<TState, TResult> reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Hold();
        try
        {
            return reader(_bytes, state);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Compares in time that depends only on the lengths. An expired value equals only itself.</summary>
    public bool Equals(SecretValue? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || !TryHold())
            return false;
        try
        {
            return other.TryHold() && CompareHeld(other);
        }
        finally
        {
            Release();
        }
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SecretValue);

    /// <summary>A hash keyed per process, so that it reveals nothing about the value.</summary>
    public override int GetHashCode() => Reveal(0, static (utf8, _) =>
        {
            Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(HashKey.Bytes, utf8, hash);
            return BitConverter.ToInt32(hash);
        });

    /// <summary><c>***</c>.</summary>
    public override string ToString() => Mask;

    /// <summary><c>***</c>, whatever the format.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => Mask;

    bool ISpanFormattable.TryFormat(
        Span<char> destination,
        out int charsWritten,
        ReadOnlySpan<char> format,
        IFormatProvider? provider
    )
    {
        var fits = Mask.AsSpan().TryCopyTo(destination);
        charsWritten = fits ? Mask.Length : 0;
        return fits;
    }

    bool IUtf8SpanFormattable.TryFormat(
        Span<byte> utf8Destination,
        out int bytesWritten,
        ReadOnlySpan<char> format,
        IFormatProvider? provider
    )
    {
        var fits = "***"u8.TryCopyTo(utf8Destination);
        bytesWritten = fits ? Mask.Length : 0;
        return fits;
    }

    /// <summary>Ends the value: later reveals throw, and the bytes are zeroed as soon as no reveal is in progress.</summary>
    public void Dispose()
    {
        if (Interlocked.Or(ref _state, Ended) == 0)
            CryptographicOperations.ZeroMemory(_bytes);
    }

    private bool CompareHeld(SecretValue held)
    {
        try
        {
            return CryptographicOperations.FixedTimeEquals(_bytes, held._bytes);
        }
        finally
        {
            held.Release();
        }
    }

    private void Hold()
    {
        if (!TryHold())
            throw SecretUnavailableException.Ended();
        if (!_isParked)
            return;
        Release();
        throw SecretUnavailableException.Parked();
    }

    private bool TryHold()
    {
        var state = Volatile.Read(ref _state);
        while (state >= 0)
        {
            var seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state)
                return true;
            state = seen;
        }
        return false;
    }

    private void Release()
    {
        // No hold begins once the value has ended, so exactly one release sees the count reach zero.
        if (Interlocked.Decrement(ref _state) == Ended)
            CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>
    /// A class of its own, so that only callers that hash load OpenSSL, which is half the cost of a short command.
    /// </summary>
    private static class HashKey
    {
        internal static readonly byte[] Bytes = RandomNumberGenerator.GetBytes(32);
    }

    private sealed class HiddenView(SecretValue value)
    {
        public int ByteCount => value.ByteCount;

        public bool IsExpired => value.IsExpired;
    }
}
