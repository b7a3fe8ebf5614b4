using System.Buffers;

namespace Strongroom;

/// <summary>Defines which texts are names, and which are stored names. Problems are reported without quoting the text.</summary>
internal static class SecretNameSyntax
{
    private const string Shape = "A secret name is segments joined by '/', such as alpaca/api_key_id, optionally with '#field'.";

    private static readonly SearchValues<char> s_allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=.@-"
    );

    /// <summary>What others than Strongroom name their secrets with, such as AWS itself: <c>rds!cluster-…</c>. No wildcard of a
    /// policy and no tilde, which marks a pending value.</summary>
    private static readonly SearchValues<char> s_allowedInPlaces = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=.@-!:,"
    );

    private static readonly SearchValues<char> s_between = SearchValues.Create("!:,");

    /// <param name="text">What is to be one.</param>
    /// <param name="pathLength">Where the field begins.</param>
    /// <param name="isLocation">True for where a secret lives in the backend, which others may have named.</param>
    internal static string? Check(string? text, out int pathLength, bool isLocation = false)
    {
        pathLength = 0;
        if (string.IsNullOrEmpty(text))
            return $"The secret name is empty. {Shape}";
        if (text.Length > SecretName.MaxLength)
            return $"The secret name is {text.Length} characters long; at most {SecretName.MaxLength} are allowed.";

        var hash = text.IndexOf('#', StringComparison.Ordinal);
        pathLength = hash < 0 ? text.Length : hash;
        var start = isLocation && text[0] == '/' && pathLength > 1 ? 1 : 0;
        for (var number = 1; start <= pathLength; number++)
        {
            var slash = text.AsSpan(start, pathLength - start).IndexOf('/');
            var length = slash < 0 ? pathLength - start : slash;
            if (CheckPart(text.AsSpan(start, length), isLocation) is { } problem)
                return number == 1 && length == 0 && slash == 0
                    ? $"The secret name starts with '/'; names are relative. {Shape}"
                    : $"Segment {number} of the secret name {problem}. {Shape}";
            start += length + 1;
        }

        if (hash < 0 || text.AsSpan(hash + 1) is SecretName.WholeText)
            return null;
        return CheckPart(text.AsSpan(hash + 1), isLocation) is { } fault
            ? $"The field of the secret name {fault}. {Shape}"
            : null;
    }

    private static string? CheckPart(ReadOnlySpan<char> part, bool isLocation)
    {
        if (part.IsEmpty)
            return "is empty";
        var bad = part.IndexOfAnyExcept(isLocation ? s_allowedInPlaces : s_allowed);
        if (bad >= 0)
            return $"has a character at position {bad + 1} that is not an ASCII letter, a digit or one of "
                + $"_+=.@-{(isLocation ? "!:," : "")}";
        if (part[0] == '+')
            return "starts with '+'";
        if (isLocation && (s_between.Contains(part[0]) || s_between.Contains(part[^1])))
            return "starts or ends with one of !:,";
        if (!isLocation && (part[0] == '.' || part[^1] == '.'))
            return "starts or ends with '.'";
        foreach (var c in part)
        {
            if (char.IsAsciiLetterOrDigit(c))
                return null;
        }
        return "holds no letter or digit";
    }
}
