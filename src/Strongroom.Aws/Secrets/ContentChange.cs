using Strongroom.Aws.Wire;
using Strongroom.Backends;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>What a secret's content becomes by a write.</summary>
internal static class ContentChange
{
    /// <summary>The content with a location's value in it, or null where it is there already.</summary>
    /// <exception cref="SecretWriteException">It cannot be: too large, or a field of what has none.</exception>
    internal static SecretContent? Of(SecretContent? found, SecretLocation location, SecretValue value)
    {
        var changed = Changed(found, location, value);
        if (changed is null || changed.Bytes.Length <= SecretContent.MaxBytes)
            return changed;
        var size = changed.Bytes.Length;
        changed.Dispose();
        throw SecretErrors.NotWritten(location.Name, $"the secret would have {size} bytes; AWS accepts {SecretContent.MaxBytes}");
    }

    private static SecretContent? Changed(SecretContent? found, SecretLocation location, SecretValue value)
    {
        if (FieldOf(found, location, value) is not { } field)
        {
            using var old = found?.AsValue();
            return value.Equals(old) ? null : SecretContent.Whole(value);
        }
        if (found is { HasFields: false })
            throw SecretErrors.NotWritten(
                location.Name,
                $"the secret {location.StoredName.Path} is plain text or bytes, without fields. Write it whole, as JSON: "
                    + $"{location.StoredName.Path}#*"
            );
        if (!JsonText.IsText(value))
            throw SecretErrors.NotWritten(
                location.Name,
                "the value is not UTF-8 text, which is all that a field can hold. Encode it, for example as base64, or store "
                    + "it in a separate secret"
            );
        if (
            found is not null
            && found.Fields.TryGetProperty(field, out var there)
            && there.ValueKind == System.Text.Json.JsonValueKind.String
        )
        {
            using var held = JsonText.Read(there);
            if (value.Equals(held))
                return null;
        }
        return SecretContent.WithField(found?.Fields ?? default, field, value);
    }

    /// <summary>The field to set, or null for the whole content.</summary>
    private static string? FieldOf(SecretContent? found, SecretLocation location, SecretValue value)
    {
        if (location.StoredName.Field == SecretName.WholeText)
            return null;
        if (location.StoredName.Field is { } named)
            return named;
        if (found is { HasFields: true } && found.FieldNames() is { Count: > 0 } names)
            return FieldSelection.Select(location, names, AwsDefaults.BackendName, out var error) ?? throw error!;
        // A text that is an object would be read as fields: it becomes one.
        return LooksLikeFields(value) && found is null or { HasFields: true } ? FieldSelection.DefaultField : null;
    }

    private static bool LooksLikeFields(SecretValue value)
    {
        using var content = SecretContent.Whole(value);
        return content.HasFields;
    }
}
