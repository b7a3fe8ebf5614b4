namespace Strongroom.Backends;

/// <summary>The one rule for which field of a secret a name means, the same on every backend with fields.</summary>
public static class FieldSelection
{
    /// <summary>The field that a name without <c>#field</c> means, where there is one of that name.</summary>
    public const string DefaultField = "value";

    /// <summary>
    /// Picks the field that <paramref name="place"/> means among <paramref name="fields"/>: the named one; else <c>value</c>;
    /// else the only one.
    /// </summary>
    /// <returns>The field, or null with the error to answer.</returns>
    public static string? Pick(
        SecretLocation place,
        IReadOnlyCollection<string> fields,
        string backend,
        out SecretNotFoundException? error
    )
    {
        ArgumentNullException.ThrowIfNull(fields);
        error = null;
        var wanted = place.At.Field
            ?? (
                fields.Contains(DefaultField) ? DefaultField
                : fields.Count == 1 ? fields.First()
                : null
            );
        if (wanted is not null && fields.Contains(wanted))
            return wanted;
        error = new SecretNotFoundException(
            SecretErrorCode.FieldMissing,
            wanted is null
                ? $"'{place.At}' has {fields.Count} fields ({Names(fields)}); name one, such as "
                    + $"{place.At.Path}#{fields.Where(IsName).Order(StringComparer.Ordinal).FirstOrDefault() ?? SecretName.WholeText}."
                : $"'{place.At.Path}' has no field '{wanted}'; it has {Names(fields)}.",
            place.Name,
            backend
        );
        return null;
    }

    /// <summary>Those that a place can name; the others are counted, since they can be had in the whole text only.</summary>
    private static string Names(IReadOnlyCollection<string> fields)
    {
        if (fields.Count == 0)
            return "none";
        var names = fields.Where(IsName).Order(StringComparer.Ordinal).ToList();
        var others = fields.Count - names.Count;
        return others == 0
            ? string.Join(", ", names)
            : string.Join(", ", [.. names, $"{others} whose names no place can hold: #{SecretName.WholeText} is the whole text"]);
    }

    private static bool IsName(string field) =>
        field != SecretName.WholeText && SecretName.TryParseLocation($"x#{field}", out _, out _);
}
