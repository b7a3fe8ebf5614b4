using System.Text;
using Strongroom.Detection;
using Strongroom.Env;

namespace Strongroom.Cli.Migration;

/// <summary>
/// Tells secrets from configuration: by declared names, by earlier decisions, by what key and value look like. What is neither
/// certainly a secret nor known to be harmless is undecided: it stays out of the template until a person decides.
/// </summary>
internal sealed class EntryClassifier(DeclaredVariables declared, Decisions decisions, string backend)
{
    private const string NameSaysSo = "its name says so";

    /// <summary>One entry for each variable, in the file's order. The caller disposes of them.</summary>
    /// <exception cref="CommandException">A decision contradicts what the value surely is.</exception>
    internal List<PlannedEntry> Classify(DotenvFile file)
    {
        var entries = new List<PlannedEntry>();
        try
        {
            foreach (var variable in file.Names)
                entries.Add(Classify(file, variable));
            return entries;
        }
        catch
        {
            entries.ForEach(static entry => entry.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Whether anyone may read a text assigned to that variable. Decisions apply to its current value, not to an older one.
    /// </summary>
    internal bool IsHarmless(string variable, ReadOnlySpan<byte> value) =>
        declared.Find(variable) is null
        && OnText(value, variable, static (text, state) =>
            Judge(state, text, isUrl: false).Kind is EntryKind.Configuration or EntryKind.Blank
        )
        && UrlPassword.Find(value) is null;

    private PlannedEntry Classify(DotenvFile file, string variable)
    {
        var value = file.Read(variable)!;
        var entry = value.Reveal((Self: this, Variable: variable, Value: value), static (utf8, state) =>
            state.Self.Classify(state.Variable, state.Value, utf8)
        );
        if (entry.Value != value)
            value.Dispose();
        return entry;
    }

    private PlannedEntry Classify(string variable, SecretValue value, ReadOnlySpan<byte> utf8)
    {
        var known = declared.Find(variable);
        var password = UrlPassword.Find(utf8);
        var isHeld = password is { } held && !OnText(utf8[held], 0, static (text, _) => CredentialDetector.IsPlaceholder(text));
        var (kind, reason) = OnText(utf8, (Variable: variable, IsUrl: isHeld), static (text, state) =>
            Judge(state.Variable, text, state.IsUrl)
        );
        if (kind == EntryKind.Blank)
            return new PlannedEntry(
                variable,
                EntryKind.Configuration,
                known is null ? reason : $"{reason} yet for '{known.Value.Name}'"
            )
            {
                IsBlank = true,
            };
        var decision = decisions.Find(variable);
        var isLogin =
            LoginVariables.IsLogin(variable, backend) && kind != EntryKind.Configuration && decision is not { IsSecret: true };
        if (decision is { IsSecret: false })
        {
            var certain =
                known is { } other ? $"declared by {string.Join(", ", other.Services)}"
                : isLogin ? "what logs in to the backend"
                : kind is EntryKind.Secret or EntryKind.Url && reason != NameSaysSo ? reason
                : null;
            if (certain is not null && decision.IsExact)
                throw CommandException.Usage(
                    $"--plain {variable}: it cannot be plain, it is {certain}",
                    $"Leave it out, also in {Decisions.PathOf("FILE")}: anyone may read the template."
                );
            // A glob decides only what is undecided; an exact name also overrules what the name says.
            if (certain is null && (kind != EntryKind.Secret || decision.IsExact))
                return new PlannedEntry(variable, EntryKind.Configuration, Decisions.Reason);
        }
        if (known is { } found)
            return new PlannedEntry(variable, EntryKind.Secret, $"declared by {string.Join(", ", found.Services)}")
            {
                Name = found.Name,
                Place = found.Place,
                Services = found.Services,
                Value = value,
            };
        if (isLogin)
            return new PlannedEntry(variable, EntryKind.Login, "logs in to the backend itself, so it cannot come from there")
            {
                Value = value,
            };
        if (decision is { IsSecret: true } || kind == EntryKind.Secret)
        {
            var name = decision?.Name ?? declared.Derive(variable);
            return new PlannedEntry(variable, EntryKind.Secret, decision is { IsSecret: true } ? Decisions.Reason : reason)
            {
                Name = name,
                Place = name,
                Value = value,
            };
        }
        return kind == EntryKind.Url ? OfUrl(variable, UrlPassword.Decode(utf8[password!.Value]))
            : kind == EntryKind.Undecided ? new PlannedEntry(variable, kind, reason) { Value = value }
            : new PlannedEntry(variable, EntryKind.Configuration, reason);
    }

    private PlannedEntry OfUrl(string variable, SecretValue password)
    {
        var own = UrlVariable.PasswordOf(variable);
        var known = declared.Find(own);
        var name = known?.Name ?? declared.Derive(own);
        return new PlannedEntry(
            variable,
            EntryKind.Url,
            known is { } found ? $"password in a URL, declared by {string.Join(", ", found.Services)}" : "password in a URL"
        )
        {
            Name = name,
            Place = known?.Place ?? name,
            Services = known?.Services ?? [],
            Value = password,
        };
    }

    /// <summary>What a text is by itself and by its variable's name.</summary>
    private static (EntryKind Kind, string Reason) Judge(string variable, ReadOnlySpan<char> text, bool isUrl)
    {
        if (text.IsWhiteSpace())
            return (EntryKind.Blank, "no value");
        if (text is "true" or "false" or "True" or "False")
            return (EntryKind.Configuration, HarmlessValue.Ordinary);
        if (CredentialDetector.IsPlaceholder(text))
            return (EntryKind.Blank, "a placeholder, so no value");
        if (isUrl && IsPlainWithoutPassword(variable, text))
            return (EntryKind.Url, "password in a URL");
        if (CredentialDetector.Find(text) is { } found)
            return (
                EntryKind.Secret,
                found.Evidence == CredentialEvidence.NamedValue
                    ? "a password among its parts"
                    : $"the shape of a {found.Description}"
            );
        if (LoginVariables.IsSetting(variable))
            return (EntryKind.Configuration, HarmlessValue.Ordinary);
        if (
            new CredentialName(variable.Replace("__", ":", StringComparison.Ordinal)).NamesCredential(
                isNumber: HarmlessValue.IsSize(text)
            )
        )
            return (EntryKind.Secret, NameSaysSo);
        if (HarmlessValue.Find(variable, text) is { } harmless)
            return (EntryKind.Configuration, harmless);
        return RandomText.IsKey(variable, text) || (RandomText.Looks(text) && new VariableMeaning(variable).IsHinted)
            ? (EntryKind.Secret, "a key by its name and its look")
            : (
                EntryKind.Undecided,
                RandomText.Looks(text)
                    ? "looks random: --secret or --plain decides"
                    : "nothing says that it is harmless: --secret or --plain decides"
            );
    }

    /// <summary>A URL of which nothing but the password opens anything; another one is a secret as a whole.</summary>
    private static bool IsPlainWithoutPassword(string variable, ReadOnlySpan<char> url)
    {
        var start = url.IndexOf("://") + 3;
        var end = url[start..].IndexOfAny("/?#") is >= 0 and var stop ? start + stop : url.Length;
        end = url.LastIndexOf('@') is var last && last >= end ? last : end;
        var at = url[start..end].LastIndexOf('@') is >= 0 and var sign ? start + sign : end;
        var rest = url.Length - at <= 1 ? "" : $"{url[..start]}{url[(at + (at < url.Length && url[at] == '@' ? 1 : 0))..]}";
        return CredentialDetector.Find(rest) is null
            && IsPlainUser(url[start..at])
            && PlainAddress.IsPlainBehindHost(Uri.UnescapeDataString(url[end..]));
    }

    /// <summary>A token takes the user's place as often as the password's: <c>https://TOKEN:x-oauth-basic@host</c>.</summary>
    private static bool IsPlainUser(ReadOnlySpan<char> login)
    {
        var user = login.IndexOf(':') is >= 0 and var colon ? login[..colon] : login;
        // GitHub's constant in the password's place says so, whatever the token looks like.
        if (login[user.Length..] is ":x-oauth-basic")
            return false;
        return user.IsEmpty || PlainWord.IsChain(Uri.UnescapeDataString(user), "-_.@+\\", 64);
    }

    private static T OnText<T, TState>(ReadOnlySpan<byte> utf8, TState state, OfText<T, TState> judge)
    {
        var text = GC.AllocateArray<char>(Encoding.UTF8.GetMaxCharCount(utf8.Length), pinned: true);
        try
        {
            return judge(text.AsSpan(0, Encoding.UTF8.GetChars(utf8, text)), state);
        }
        finally
        {
            Array.Clear(text);
        }
    }

    private delegate T OfText<T, TState>(ReadOnlySpan<char> text, TState state);
}
