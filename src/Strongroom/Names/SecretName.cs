using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Strongroom;

/// <summary>
/// The name of a secret: <c>alpaca/api_key_id</c>, or one field of it: <c>alpaca/credentials#api_key_id</c>.
/// </summary>
/// <remarks>
/// Segments are joined by <c>/</c> and keep their case. A segment is ASCII letters, digits and <c>_+=.@-</c>, holds a letter or
/// digit, does not start with <c>+</c>, and does not start or end with <c>.</c>. At most <see cref="MaxLength"/> characters in
/// all. A name is no secret: it appears in logs, metrics and the audit.
/// </remarks>
[JsonConverter(typeof(SecretNameJsonConverter))]
public readonly struct SecretName : IEquatable<SecretName>, ISpanParsable<SecretName>
{
    /// <summary>The longest name, field included: 512 characters.</summary>
    public const int MaxLength = 512;

    /// <summary>The field that stands for the whole text of a secret: <c>name#*</c>.</summary>
    public const string WholeText = "*";

    private readonly string? _text;
    private readonly int _hash;
    private readonly int _pathLength;

    private SecretName(string text, int pathLength)
    {
        _text = text;
        _pathLength = pathLength;
        _hash = string.GetHashCode(text, StringComparison.Ordinal);
    }

    /// <summary>The name without its field: <c>alpaca/credentials</c>.</summary>
    public string Path =>
        _text is null ? ""
        : _pathLength == _text.Length ? _text
        : _text[.._pathLength];

    /// <summary>The field behind <c>#</c>, <see cref="WholeText"/> for the whole text, or null where none is named.</summary>
    public string? Field => _text is null || _pathLength == _text.Length ? null : _text[(_pathLength + 1)..];

    /// <summary>True for <c>default(SecretName)</c>, which names nothing.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>The same secret with another field, or with none.</summary>
    /// <exception cref="FormatException"><paramref name="field"/> cannot be a field.</exception>
    public SecretName WithField(string? field) => ParseLocation(field is null ? Path : $"{Path}#{field}");

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is none. The message says what is wrong and where, and never quotes the text, since a
    /// value pasted in the place of a name must not travel on in an exception.</exception>
    public static SecretName Parse(string s)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, out var name, out var problem) ? name : throw new FormatException(problem);
    }

    /// <summary>Reads a name, or says what is wrong with it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SecretName name, [NotNullWhen(false)] out string? problem)
    {
        name = default;
        problem = SecretNameSyntax.Check(text, out var pathLength);
        if (problem is not null)
            return false;
        name = new SecretName(text!, pathLength);
        return true;
    }

    /// <summary>
    /// Reads where a secret lives in a backend. That takes more than a name: others name their secrets too, as AWS does.
    /// </summary>
    /// <exception cref="FormatException">It is no place; the text is not quoted.</exception>
    internal static SecretName ParseLocation(string s) =>
        TryParseLocation(s, out var place, out var problem) ? place : throw new FormatException(problem);

    /// <summary>Reads where a secret lives in a backend, or says what is wrong with it.</summary>
    public static bool TryParseLocation(
        [NotNullWhen(true)] string? text,
        out SecretName place,
        [NotNullWhen(false)] out string? problem
    )
    {
        place = default;
        problem = SecretNameSyntax.Check(text, out var pathLength, isLocation: true);
        if (problem is not null)
            return false;
        place = new SecretName(text!, pathLength);
        return true;
    }

    /// <inheritdoc/>
    public static SecretName Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc/>
    public static SecretName Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SecretName result) =>
        TryParse(s, out result, out _);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out SecretName result) =>
        TryParse(s.ToString(), out result, out _);

    /// <inheritdoc/>
    public bool Equals(SecretName other) =>
        ReferenceEquals(_text, other._text)
        || (_hash == other._hash && string.Equals(_text, other._text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SecretName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The name as it is written.</summary>
    public override string ToString() => _text ?? "";

    /// <summary>Whether two names are the same, case and field included.</summary>
    public static bool operator ==(SecretName left, SecretName right) => left.Equals(right);

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(SecretName left, SecretName right) => !left.Equals(right);
}
