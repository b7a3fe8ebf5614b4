using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Strongroom;

/// <summary>
/// The name of a secret, such as <c>alpaca/api_key_id</c>, or of one field, such as <c>alpaca/credentials#api_key_id</c>.
/// </summary>
/// <remarks>
/// Segments are separated by <c>/</c> and case-sensitive. A segment consists of ASCII letters, digits and <c>_+=.@-</c>,
/// contains a letter or digit, does not start with <c>+</c>, and does not start or end with <c>.</c>. At most <see
/// cref="MaxLength"/> characters in total. A name is not a secret: it appears in logs, metrics and the audit.
/// </remarks>
[JsonConverter(typeof(SecretNameJsonConverter))]
public readonly struct SecretName : IEquatable<SecretName>, ISpanParsable<SecretName>
{
    /// <summary>The maximum length, including the field: 512 characters.</summary>
    public const int MaxLength = 512;

    /// <summary>The field that denotes the whole text of a secret: <c>name#*</c>.</summary>
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

    /// <summary>The field after <c>#</c>, <see cref="WholeText"/> for the whole text, or null if there is none.</summary>
    public string? Field => _text is null || _pathLength == _text.Length ? null : _text[(_pathLength + 1)..];

    /// <summary>Whether this is <c>default(SecretName)</c>, which is not a name.</summary>
    public bool IsEmpty => _text is null;

    /// <summary>The same secret with another field, or with none if null.</summary>
    /// <exception cref="FormatException"><paramref name="field"/> is not a valid field.</exception>
    public SecretName WithField(string? field) => ParseLocation(field is null ? Path : $"{Path}#{field}");

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">The text is not a name. The message says what is wrong and where, but never quotes the
    /// text, which may be a value pasted by mistake.</exception>
    public static SecretName Parse(string s)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, out var name, out var problem) ? name : throw new FormatException(problem);
    }

    /// <summary>Parses a name, or reports why it is invalid.</summary>
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
    /// Parses a stored name. More characters are allowed than in a name, since other systems name secrets too, such as AWS
    /// itself.
    /// </summary>
    /// <exception cref="FormatException">The text is not a stored name; it is not quoted.</exception>
    internal static SecretName ParseLocation(string s) =>
        TryParseLocation(s, out var location, out var problem) ? location : throw new FormatException(problem);

    /// <summary>Parses a stored name, or reports why it is invalid.</summary>
    public static bool TryParseLocation(
        [NotNullWhen(true)] string? text,
        out SecretName location,
        [NotNullWhen(false)] out string? problem
    )
    {
        location = default;
        problem = SecretNameSyntax.Check(text, out var pathLength, isLocation: true);
        if (problem is not null)
            return false;
        location = new SecretName(text!, pathLength);
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

    /// <summary>The name as text.</summary>
    public override string ToString() => _text ?? "";

    /// <summary>Whether two names are equal, including case and field.</summary>
    public static bool operator ==(SecretName left, SecretName right) => left.Equals(right);

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(SecretName left, SecretName right) => !left.Equals(right);
}
