using System.Text.RegularExpressions;
using Strongroom.Redaction;

namespace Strongroom.Detection;

/// <summary>
/// Finds credentials in a text by what they look like: the prefixes of <see cref="CredentialShapes"/>, and the forms that have
/// none.
/// </summary>
/// <remarks>It is slower and finds more than <see cref="CredentialPatterns"/>, which looks at every line of a log.</remarks>
internal static partial class CredentialFinder
{
    private static readonly CredentialShape[][] s_byFirst = ByFirst();

    /// <summary>What the first credential in the text is, or null.</summary>
    internal static string? NameOf(ReadOnlySpan<char> text)
    {
        List<RedactedRange>? parts = null;
        return Find(text, ref parts);
    }

    /// <summary>Adds every part that has the shape of a credential; gives the name of the first.</summary>
    internal static string? Find(ReadOnlySpan<char> text, ref List<RedactedRange>? parts)
    {
        string? name = null;
        for (var at = 0; at < text.Length; at++)
        {
            foreach (var shape in text[at] < s_byFirst.Length ? s_byFirst[text[at]] : [])
            {
                if (shape.LengthAt(text, at) is not (> 0 and var length))
                    continue;
                name ??= shape.Name;
                (parts ??= []).Add(new RedactedRange(at, at + length));
                at += length - 1;
                break;
            }
        }
        foreach (var form in Forms().EnumerateMatches(text))
        {
            name ??= NameOfForm(text.Slice(form.Index, form.Length));
            (parts ??= []).Add(new RedactedRange(form.Index, form.Index + form.Length));
        }
        var before = parts?.Count ?? 0;
        CredentialPatterns.Find(text, ref parts);
        return name ?? (parts?.Count > before ? "credential" : null);
    }

    private static string NameOfForm(ReadOnlySpan<char> form) =>
        form switch
        {
            ['-', ..] => "private key",
            ['e', 'y', ..] => "JSON web token",
            ['h', 't', ..] => "webhook's URL",
            ['$', ..] => "password's hash",
            ['P', 'u', ..] => "private key",
            ['[' or (>= '0' and <= '9'), ..] when form.Contains(',') => "private key",
            _ when form.StartsWith("Basic", StringComparison.OrdinalIgnoreCase) => "HTTP login",
            _ when form.Contains(':') => "Telegram bot's token",
            _ => "credential",
        };

    private static CredentialShape[][] ByFirst()
    {
        var table = new CredentialShape[128][];
        for (var c = 0; c < table.Length; c++)
            table[c] = [.. CredentialShapes.All.Where(shape => shape.Prefix[0] == c)];
        return table;
    }

    /// <summary>
    /// A private key's block or bytes, a web token, webhooks whose path is the credential, hashes of passwords, a header with a
    /// login, tokens of
    /// Telegram, Discord, Mailchimp, Airtable, Terraform, Mapbox and Okta, a DSN whose user is a key, a signed URL.
    /// </summary>
    [GeneratedRegex(
        """
            -----BEGIN\ [A-Z0-9 ]*PRIVATE\ KEY(?:\ BLOCK)?-----[\s\S]*?(?:-----END\ [A-Z0-9 ]*PRIVATE\ KEY(?:\ BLOCK)?-----|\z)
            | PuTTY-User-Key-File-\d[\s\S]*
            | (?<![\w.,-])\[?\s?\d{1,3}(?:,\s?\d{1,3}){31,}\s?\]?(?![\w.,-])
            | \bey[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{12,}(?:\.[A-Za-z0-9_-]*){0,3}
            | https?://(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)|(?:\w+\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks|[\w.-]*\.webhook\.office\.com/webhookb2
                |outlook\.office(?:365)?\.com/webhook|hooks\.zapier\.com/hooks/catch|maker\.ifttt\.com/\S+/key|hook\.(?:\w+\.)?(?:make|integromat)\.com|api\.telegram\.org/bot
                |chat\.googleapis\.com/v1/spaces|hooks\.(?:mattermost|rocket)\.\w+|qyapi\.weixin\.qq\.com|oapi\.dingtalk\.com/robot|open\.feishu\.cn/open-apis/bot)[/?]?[^\s"'<>]+
            | \$(?:2[abxy]?|argon2(?:id|i|d)|5|6|7|y|scrypt|pbkdf2[\w-]*)\$[^\s"']{16,}
            | \b[Bb]asic\ [A-Za-z0-9+/]{8,}={0,2}(?![A-Za-z0-9+/])
            | (?<![\w.])\d{8,10}:A[A-Za-z0-9_-]{34}(?![\w-])
            | (?<![\w.-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}(?![\w.-])
            | (?<![\w])[0-9a-f]{32}-us\d{1,2}(?!\w)
            | (?<!\w)pat[A-Za-z0-9]{14}\.[0-9a-f]{64}(?!\w)
            | (?<!\w)[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}
            | (?<![\w])sk\.ey[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{16,}
            | https?://[0-9a-f]{32}(?::[0-9a-f]{32})?@[^\s"'<>]+
            | https?://(?:[A-Za-z0-9_-]{16,}|x-access-token|oauth2)@[^\s"'<>]+
            | [?&;](?:sig|signature|x-amz-signature|x-goog-signature|access_token|api_?key|apikey|auth|token|key|secret|client_secret|password|passwd|pwd|pass|hmac|code)=[^&\s"'<>#]{6,}
            | (?<=[?&]u(?:ser)?=[^&\s]{1,40}&)p=[^&\s"'<>#]{4,}
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Forms();
}
