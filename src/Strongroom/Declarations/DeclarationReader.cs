using System.Text.Json;

namespace Strongroom;

/// <summary>Reads <c>secrets.json</c> and collects every fault with its position, instead of stopping at the first.</summary>
internal sealed class DeclarationReader
{
    private static readonly JsonDocumentOptions s_json = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly List<string> _faults = [];

    internal static SecretDeclaration Read(ReadOnlySpan<byte> utf8Json, string source)
    {
        if (utf8Json.StartsWith("\uFEFF"u8))
            utf8Json = utf8Json[3..];
        var reader = new DeclarationReader();
        var (service, secrets) = reader.ReadDocument(utf8Json);
        reader._faults.AddRange(reader._faults.Count == 0 ? DeclarationRules.Check(service, secrets) : []);
        if (reader._faults.Count > 0)
            throw new SecretConfigurationException(
                SecretErrorCode.DeclarationInvalid,
                [.. reader._faults.Select(fault => $"{source}: {fault}")]
            );
        return new SecretDeclaration(service, secrets);
    }

    private (string Service, List<DeclaredSecret> Secrets) ReadDocument(ReadOnlySpan<byte> utf8Json)
    {
        var secrets = new List<DeclaredSecret>();
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8Json.ToArray(), s_json);
        }
        catch (JsonException e)
        {
            _faults.Add($"not valid JSON at line {e.LineNumber + 1}.");
            return ("", secrets);
        }

        using (document)
        {
            var root = document.RootElement;
            if (!ExpectObject(root, "the document", ["$schema", "service", "secrets"]))
                return ("", secrets);
            var service = ReadString(root, "service", "service") ?? "";
            if (service.Length == 0)
                _faults.Add("'service' is missing; give the service's id in snake_case.");
            if (!root.TryGetProperty("secrets", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                _faults.Add("'secrets' is missing or not a list.");
                return (service, secrets);
            }

            var index = 0;
            foreach (var entry in list.EnumerateArray())
            {
                if (ReadEntry(entry, $"secrets[{index++}]") is { } secret)
                    secrets.Add(secret);
            }
            return (service, secrets);
        }
    }

    private DeclaredSecret? ReadEntry(JsonElement entry, string place)
    {
        if (!ExpectObject(entry, place, ["name", "at", "bundle", "access", "required", "sendTo", "onLoss", "configurationKey"]))
            return null;
        var name = ReadName(entry, "name", place);
        if (name is null)
        {
            if (!entry.TryGetProperty("name", out _))
                _faults.Add($"{place}.name is missing.");
            return null;
        }
        if (name.Value.Field is not null)
            _faults.Add($"{place}.name has a field; name the secret and give the field in 'at'.");

        var at = ReadName(entry, "at", place, isLocation: true) ?? name.Value;
        return new DeclaredSecret
        {
            Name = name.Value,
            StoredName = at,
            Bundle = ReadBundle(entry, place) ?? at.Path,
            Access = ReadAccess(entry, place),
            Required = ReadBoolean(entry, "required", place) ?? true,
            SendTo = ReadOrigins(entry, place),
            OnLoss = ReadLoss(entry, place),
            ConfigurationKey = ReadString(entry, "configurationKey", $"{place}.configurationKey"),
        };
    }

    private bool ExpectObject(JsonElement element, string place, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            _faults.Add($"{place} is not an object.");
            return false;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            // The name of an unknown property is not quoted: a pasted value could stand there. Nor is it read as a string, which
            // throws where it is no valid Unicode.
            var name = Array.Find(known, property.NameEquals);
            if (name is null)
                _faults.Add($"{place} has a property that is not known; allowed are {string.Join(", ", known)}.");
            else if (!seen.Add(name))
                _faults.Add($"{place} has '{name}' twice.");
        }
        return true;
    }

    private string? ReadString(JsonElement element, string property, string place)
    {
        if (!element.TryGetProperty(property, out var value))
            return null;
        if (TextOf(value) is { Length: > 0 } text)
            return text;
        _faults.Add($"{place} is not a text, or empty.");
        return null;
    }

    private bool? ReadBoolean(JsonElement element, string property, string place)
    {
        if (!element.TryGetProperty(property, out var value))
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        _faults.Add($"{place}.{property} is neither true nor false.");
        return null;
    }

    private SecretName? ReadName(JsonElement element, string property, string place, bool isLocation = false)
    {
        var text = ReadString(element, property, $"{place}.{property}");
        if (text is null)
            return null;
        if (
            isLocation
                ? SecretName.TryParseLocation(text, out var name, out var problem)
                : SecretName.TryParse(text, out name, out problem)
        )
            return name;
        _faults.Add($"{place}.{property}: {problem}");
        return null;
    }

    /// <summary>
    /// A bundle id appears in logs, metrics and messages, so it must follow the rules for names: a pasted value does not pass.
    /// </summary>
    private string? ReadBundle(JsonElement entry, string place)
    {
        if (ReadName(entry, "bundle", place) is not { } bundle)
            return null;
        if (bundle.Field is not null)
            _faults.Add($"{place}.bundle has a field; a bundle is named as a secret is, without '#'.");
        return bundle.Path;
    }

    private SecretAccess ReadAccess(JsonElement entry, string place)
    {
        if (!entry.TryGetProperty("access", out var list))
            return SecretAccess.Read;
        var access = SecretAccess.None;
        if (list.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in list.EnumerateArray())
            {
                access |= TextOf(item) switch
                {
                    "read" => SecretAccess.Read,
                    "write" => SecretAccess.Write,
                    "delete" => SecretAccess.Delete,
                    _ => Unknown(),
                };
            }
        }
        if (access == SecretAccess.None)
            Unknown();
        return access;

        SecretAccess Unknown()
        {
            _faults.Add($"{place}.access is a list of read, write, delete, with at least one of them.");
            return SecretAccess.Read;
        }
    }

    private LossEffect ReadLoss(JsonElement entry, string place)
    {
        switch (ReadString(entry, "onLoss", $"{place}.onLoss"))
        {
            case null or "degrade":
                return LossEffect.Degrade;
            case "halt":
                return LossEffect.Halt;
            default:
                _faults.Add($"{place}.onLoss is 'degrade' or 'halt'.");
                return LossEffect.Halt;
        }
    }

    private List<Uri> ReadOrigins(JsonElement entry, string place)
    {
        var origins = new List<Uri>();
        if (!entry.TryGetProperty("sendTo", out var list))
            return origins;
        if (list.ValueKind != JsonValueKind.Array)
        {
            _faults.Add($"{place}.sendTo is not a list.");
            return origins;
        }
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var here = $"{place}.sendTo[{index++}]";
            if (TextOf(item) is { } text && IsOrigin(text) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && IsOrigin(uri))
                origins.Add(uri);
            else
                _faults.Add(
                    $"{here} is not an origin such as https://paper-api.alpaca.markets or postgres://db.internal:5432, "
                        + "without path, user or query."
                );
        }
        return origins;
    }

    /// <summary>The text of a JSON string; null for another type, a lone surrogate or invalid UTF-8.</summary>
    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text itself is looked at too: Uri drops an empty query and folds dots and backslashes away.</summary>
    private static bool IsOrigin(string text)
    {
        const string separator = "://";
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0 || !Uri.CheckSchemeName(text[..at]))
            return false;
        var host = text[(at + separator.Length)..];
        host = host.EndsWith('/') ? host[..^1] : host;
        return host.Length > 0 && !host.Any(c => c is '/' or '?' or '#' or '@' or '\\' || char.IsWhiteSpace(c));
    }

    private static bool IsOrigin(Uri uri) =>
        uri.Host.Length > 0
        && uri.UserInfo.Length == 0
        && uri.Query.Length == 0
        && uri.Fragment.Length == 0
        && uri.AbsolutePath is "/" or "";
}
