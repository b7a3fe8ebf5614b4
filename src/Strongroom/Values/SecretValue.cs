using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Strongroom.Bundles;

namespace Strongroom;

/// <summary>
/// Reads a secret's UTF-8 bytes in place. They are gone when it returns: copy nothing that must not outlive the hour.
/// </summary>
public delegate TResult SecretReader<in TState, out TResult>(ReadOnlySpan<byte> utf8, TState state);

/// <summary>
/// A secret's bytes, pinned so that the garbage collector leaves no copies behind, and zeroed when the value ends.
/// </summary>
/// <remarks>
/// It prints <c>***</c> everywhere: <see cref="ToString()"/>, formatting, JSON, the debugger. The text comes out through
/// <see cref="Reveal()"/> only. A reveal holds a reference for the length of the copy, so that zeroing waits for the last one: a
/// reveal gives the whole value or throws, never zeros or a part. Thread-safe.
/// </remarks>
[DebuggerDisplay("***")]
[DebuggerTypeProxy(typeof(HiddenView))]
[JsonConverter(typeof(SecretValueJsonConverter))]
public sealed class SecretValue : ISpanFormattable, IUtf8SpanFormattable, IEquatable<SecretValue>, IDisposable
{
    /// <summary>What stands wherever a value would.</summary>
    public const string Mask = "***";

    private const int Ended = int.MinValue;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _bytes;

    /// <summary>The sign bit says that the value has ended; the rest counts reveals under way.</summary>
    private int _state;

    private volatile bool _isParked;

    private SecretValue(byte[] pinned) => _bytes = pinned;

    /// <summary>The size in UTF-8 bytes.</summary>
    public int ByteCount => _bytes.Length;

    /// <summary>True once the value was zeroed or is about to be: a reveal throws.</summary>
    public bool IsExpired => Volatile.Read(ref _state) < 0;

    /// <summary>True while nobody may have it, and it may come back: see <see cref="Bundles.CachedBundle"/>.</summary>
    internal bool IsParked
    {
        get => _isParked;
        set => _isParked = value;
    }

    /// <summary>Takes a copy of UTF-8 (or binary) bytes. The caller's own buffer remains the caller's to zero.</summary>
    public static SecretValue FromBytes(ReadOnlySpan<byte> bytes)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned);
        return new SecretValue(pinned);
    }

    /// <summary>Takes a copy of a text, as UTF-8.</summary>
    /// <exception cref="ArgumentException">The text holds a lone surrogate and has no UTF-8 form.</exception>
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
            throw new ArgumentException("The value holds a lone surrogate, so it is no valid text.", nameof(text));
        }
    }

    /// <summary>The value as a string, for callees that take nothing else. That copy is theirs and cannot be zeroed.</summary>
    /// <exception cref="SecretUnavailableException">The value has ended (code <see cref="SecretErrorCode.Expired"/>).</exception>
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

    /// <summary>Lends the bytes to <paramref name="reader"/> without a copy.</summary>
    /// <exception cref="SecretUnavailableException">The value has ended (code <see cref="SecretErrorCode.Expired"/>).</exception>
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

    /// <summary>Compares in time that depends on the lengths only. Ended values equal nothing but themselves.</summary>
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

    /// <summary>A hash under a key of this process, so that it tells nothing about the value.</summary>
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

    /// <summary>Ends the value: later reveals throw, and the bytes are zeroed as soon as no reveal is under way.</summary>
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
    /// On its own, so that only who hashes pays for the loading of OpenSSL: half of what a short command costs.
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
