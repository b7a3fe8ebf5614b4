namespace Strongroom.Backends;

/// <summary>Selects the field that a name refers to, by the same rule for every backend with fields.</summary>
public static class FieldSelection
{
    /// <summary>The field that a name without <c>#field</c> refers to, if it exists.</summary>
    public const string DefaultField = "value";

    /// <summary>
    /// Selects the field that <paramref name="location"/> refers to among <paramref name="fields"/>: the one it names, else
    /// <c>value</c>, else the only one.
    /// </summary>
    /// <returns>The field, or null with the error to return.</returns>
    public static string? Select(
        SecretLocation location,
        IReadOnlyCollection<string> fields,
        string backend,
        out SecretNotFoundException? error
    )
    {
        ArgumentNullException.ThrowIfNull(fields);
        error = null;
        var wanted = location.StoredName.Field
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
                ? $"'{location.StoredName}' has {fields.Count} fields ({Names(fields)}); name one, such as "
                    + $"{location.StoredName.Path}#{FirstName(fields)}."
                : $"'{location.StoredName.Path}' has no field '{wanted}'; it has {Names(fields)}.",
            location.Name,
            backend
        );
        return null;
    }

    /// <summary>
    /// Lists the fields that a name can refer to, and counts the others, which are only accessible in the whole text.
    /// </summary>
    private static string Names(IReadOnlyCollection<string> fields)
    {
        if (fields.Count == 0)
            return "none";
        var names = fields.Where(IsName).Order(StringComparer.Ordinal).ToList();
        var others = fields.Count - names.Count;
        return others == 0
            ? string.Join(", ", names)
            : string.Join(", ", [.. names, $"{others} that no name can refer to: #{SecretName.WholeText} is the whole text"]);
    }

    private static string FirstName(IReadOnlyCollection<string> fields) =>
        fields.Where(IsName).Order(StringComparer.Ordinal).FirstOrDefault() ?? SecretName.WholeText;

    private static bool IsName(string field) =>
        field != SecretName.WholeText && SecretName.TryParseLocation($"x#{field}", out _, out _);
}
