using System.Buffers;
using System.Text;
using Strongroom.Deployment;
using Strongroom.Env;
using Strongroom.Redaction;
using Strongroom.Settings;

namespace Strongroom.Cli.Migration;

/// <summary>Tells secrets from configuration: by declared names first, then by what key and value look like.</summary>
internal sealed class EntryClassifier(DeclaredVariables declared)
{
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.:");
    private static readonly string[] s_loginPrefixes = ["VAULT_", "BAO_", "AWS_"];

    /// <summary>One entry for each variable, in the file's order. The caller disposes of them.</summary>
    internal List<PlannedEntry> Classify(DotenvFile file) => [.. file.Names.Select(variable => Classify(file, variable))];

    /// <summary>Whether a text behind that key is a secret, or holds one.</summary>
    internal bool LooksSecret(string variable, ReadOnlySpan<byte> value) =>
        !IsBlank(value) && (declared.Find(variable) is not null || UrlPassword.Find(value) is not null || ShapeOf(variable, value) is not null);

    private PlannedEntry Classify(DotenvFile file, string variable)
    {
        var value = file.Read(variable)!;
        var entry = value.Reveal((Self: this, Variable: variable, Value: value), static (utf8, state) => state.Self.Classify(state.Variable, state.Value, utf8));
        if (entry.Value != value)
            value.Dispose();
        return entry;
    }

    private PlannedEntry Classify(string variable, SecretValue value, ReadOnlySpan<byte> utf8)
    {
        var known = declared.Find(variable);
        if (IsBlank(utf8))
            return new PlannedEntry(variable, EntryKind.Configuration, known is null ? "no value" : $"no value yet for '{known.Value.Name}'");
        if (known is { } found)
            return new PlannedEntry(variable, EntryKind.Secret, $"declared by {string.Join(", ", found.Services)}") { Name = found.Name, Place = found.Place, Services = found.Services, Value = value };
        if (Array.Exists(s_loginPrefixes, prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            return ShapeOf(variable, utf8) is null
                ? new PlannedEntry(variable, EntryKind.Configuration, "where the backend is")
                : new PlannedEntry(variable, EntryKind.Login, "logs in to the backend itself, so it cannot come from there") { Value = value };
        }
        if (UrlPassword.Find(utf8) is { } password)
            return OfUrl(variable, UrlPassword.Decode(utf8[password]));
        if (ShapeOf(variable, utf8) is { } reason)
        {
            var name = declared.Derive(variable);
            return new PlannedEntry(variable, EntryKind.Secret, reason) { Name = name, Place = name, Value = value };
        }
        return new PlannedEntry(variable, EntryKind.Configuration, "looks like no secret");
    }

    private PlannedEntry OfUrl(string variable, SecretValue password)
    {
        var own = UrlVariable.PasswordOf(variable);
        var known = declared.Find(own);
        var name = known?.Name ?? declared.Derive(own);
        return new PlannedEntry(variable, EntryKind.Url, known is { } found ? $"password in a URL, declared by {string.Join(", ", found.Services)}" : "password in a URL")
        {
            Name = name,
            Place = known?.Place ?? name,
            Services = known?.Services ?? [],
            Value = password,
        };
    }

    /// <summary>Why a value is taken for a secret, or null.</summary>
    private static string? ShapeOf(string variable, ReadOnlySpan<byte> utf8)
    {
        if (StrongroomSettings.Names.Contains(variable))
            return null;
        var text = GC.AllocateArray<char>(Encoding.UTF8.GetMaxCharCount(utf8.Length), pinned: true);
        try
        {
            var chars = text.AsSpan(0, Encoding.UTF8.GetChars(utf8, text));
            List<HiddenPart>? parts = null;
            KnownShapes.Find(chars, ref parts);
            if (parts is not null)
                return "the value has the shape of a credential";
            if (PlainSecretCheck.NamesPassword(chars))
                return "a password among its parts";
            // Of the value only that matters whether it is a number, and no copy of it is made for that.
            var isNumber = !chars.ContainsAnyExcept(s_number);
            if (PlainKey.LooksSecret(variable.Replace("__", ":", StringComparison.Ordinal), isNumber ? "0" : "x"))
                return "its name says so";
            return RandomText.Looks(chars) || RandomText.IsKey(variable, chars) ? "the value looks random" : null;
        }
        finally
        {
            Array.Clear(text);
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            return true;
        if (utf8.Length > 64)
            return false;
        Span<char> text = stackalloc char[64];
        try
        {
            return NamedCredential.IsPlaceholder(text[..Encoding.UTF8.GetChars(utf8, text)]);
        }
        finally
        {
            text.Clear();
        }
    }
}
