using System.Security.Cryptography;

namespace Strongroom.Tests.Redaction;

/// <summary>Secrets made at run time, so that none is in the repository.</summary>
internal static class RandomSecret
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Letters only: no shape recognises it, only that it is known.</summary>
    internal static string Text(int length = 24) => RandomNumberGenerator.GetString(Letters, length);

    /// <summary>With characters that URL and JSON escape.</summary>
    internal static string Awkward() => Text(6) + "\"\\/+<>&=' \u00e9\u4e16" + Text(6);

    internal static string Digits(int length) => RandomNumberGenerator.GetString("0123456789", length);

    internal static string Capitals(int length) =>
        RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", length - 1) + "7";
}
