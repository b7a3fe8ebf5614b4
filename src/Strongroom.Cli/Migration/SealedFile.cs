using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Strongroom.Cli.Migration;

/// <summary>What a sealed file holds; the key lies in the backend under its own name.</summary>
internal sealed record SealedEnvelope(
    string Format,
    string KeyName,
    DateTimeOffset SealedAt,
    DateTimeOffset KeepUntil,
    byte[] Nonce,
    byte[] Tag,
    byte[] Text
)
{
    internal const string KnownFormat = "strongroom-sealed-1";

    /// <summary>What accompanies the text cannot be changed either.</summary>
    internal byte[] Header =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Format}\n{KeyName}\n{SealedAt:O}\n{KeepUntil:O}"));
}

/// <summary>Keeps a file encrypted (AES-256-GCM) beside where it lay.</summary>
internal static class SealedFile
{
    internal const int KeyBytes = 32;

    private const int LongestFile = 4 * 1024 * 1024;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    internal static string PathOf(string file) => file + ".sealed";

    internal static SealedEnvelope Seal(
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> key,
        string keyName,
        DateTimeOffset now,
        TimeSpan kept
    )
    {
        var envelope = new SealedEnvelope(
            SealedEnvelope.KnownFormat,
            keyName,
            now,
            now + kept,
            RandomNumberGenerator.GetBytes(NonceBytes),
            new byte[TagBytes],
            new byte[text.Length]
        );
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(envelope.Nonce, text, envelope.Text, envelope.Tag, envelope.Header);
        return envelope;
    }

    /// <summary>The text, in a pinned buffer that the caller zeroes.</summary>
    /// <exception cref="CommandException">It is not what was sealed, or the key is another one.</exception>
    internal static byte[] Open(SealedEnvelope envelope, ReadOnlySpan<byte> key)
    {
        var text = GC.AllocateUninitializedArray<byte>(envelope.Text.Length, pinned: true);
        try
        {
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(envelope.Nonce, envelope.Text, envelope.Tag, text, envelope.Header);
            return text;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CommandException(
                ExitCodes.VerificationFailed,
                "the sealed file does not open with its key: one of the two was changed",
                $"'strongroom history {envelope.KeyName}' shows the key's versions.",
                "SealBroken"
            );
        }
    }

    /// <summary>The sealed file of a file, or null.</summary>
    internal static SealedEnvelope? Read(string file)
    {
        try
        {
            // Zeros alone are what a destruction by an older version left that was stopped in the middle: nothing is sealed in
            // it.
            if (LockedFile.Read(PathOf(file), LongestFile) is not { } json || json.AsSpan().IndexOfAnyExcept((byte)0) < 0)
                return null;
            var envelope = JsonSerializer.Deserialize(json, MigrationJson.Default.SealedEnvelope);
            return
                envelope is { Format: SealedEnvelope.KnownFormat, Nonce.Length: NonceBytes, Tag.Length: TagBytes }
                && SecretName.TryParse(envelope.KeyName, out _, out _)
                ? envelope
                : throw Unreadable(file);
        }
        catch (JsonException)
        {
            throw Unreadable(file);
        }
    }

    internal static Task WriteAsync(string file, SealedEnvelope envelope, TimeProvider time, CancellationToken ct) =>
        LockedFile.WriteAsync(
            PathOf(file),
            JsonSerializer.SerializeToUtf8Bytes(envelope, MigrationJson.Default.SealedEnvelope),
            LockedFile.OwnerOnly,
            time,
            ct
        );

    private static CommandException Unreadable(string file) =>
        CommandException.Usage($"{PathOf(file)} is no sealed file", "Move it away, or bring the right one back.");
}
