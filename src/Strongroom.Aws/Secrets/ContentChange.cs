using Strongroom.Aws.Wire;
using Strongroom.Backends;
using Strongroom.Backends.Wire;

namespace Strongroom.Aws.Secrets;

/// <summary>What a secret's content becomes by a write.</summary>
internal static class ContentChange
{
    /// <summary>The content with a place's value in it, or null where it is there already.</summary>
    /// <exception cref="SecretWriteException">It cannot be: too large, or a field of what has none.</exception>
    internal static SecretContent? Of(SecretContent? found, SecretLocation place, SecretValue value)
    {
        var changed = Changed(found, place, value);
        if (changed is null || changed.Bytes.Length <= SecretContent.MaxBytes)
            return changed;
        var size = changed.Bytes.Length;
        changed.Dispose();
        throw SecretErrors.NotWritten(place.Name, $"the secret would have {size} bytes, and AWS takes {SecretContent.MaxBytes}");
    }

    private static SecretContent? Changed(SecretContent? found, SecretLocation place, SecretValue value)
    {
        if (FieldOf(found, place, value) is not { } field)
        {
            using var old = found?.AsValue();
            return value.Equals(old) ? null : SecretContent.Whole(value);
        }
        if (found is { HasFields: false })
            throw SecretErrors.NotWritten(
                place.Name,
                $"the secret {place.StoredName.Path} is one plain text, or bytes, without fields. Write it whole, as a JSON "
                    + $"object: {place.StoredName.Path}#*"
            );
        if (!JsonText.IsText(value))
            throw SecretErrors.NotWritten(
                place.Name,
                "the value is not UTF-8 text, and a field holds nothing else. Encode it, for instance as base64, or give it a "
                    + "secret of its own"
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
    private static string? FieldOf(SecretContent? found, SecretLocation place, SecretValue value)
    {
        if (place.StoredName.Field == SecretName.WholeText)
            return null;
        if (place.StoredName.Field is { } named)
            return named;
        if (found is { HasFields: true } && found.FieldNames() is { Count: > 0 } names)
            return FieldSelection.Select(place, names, AwsDefaults.BackendName, out var error) ?? throw error!;
        // A text that is an object would be read as fields: it becomes one.
        return LooksLikeFields(value) && found is null or { HasFields: true } ? FieldSelection.DefaultField : null;
    }

    private static bool LooksLikeFields(SecretValue value)
    {
        using var content = SecretContent.Whole(value);
        return content.HasFields;
    }
}
