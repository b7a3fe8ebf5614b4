namespace Strongroom.Detection;

/// <summary>
/// The table of what credentials look like. Redaction, the check for plain secrets and <c>migrate</c> share it, so that they know
/// the same forms.
/// </summary>
/// <remarks>
/// A row is data: a literal, the alphabet and length of what follows, what distinguishes it from a word, a checksum where the
/// issuer documents one, and the source. Forms that need more are types of their own. Tests sample each row for all three users.
/// </remarks>
internal static class CredentialPatterns
{
    private const string GitHub = "https://github.blog/engineering/behind-githubs-new-authentication-token-formats/";
    private const string Npm = "https://github.blog/changelog/2021-09-23-npm-has-a-new-access-token-format/";
    private const string GitLab = "https://docs.gitlab.com/security/tokens/#token-prefixes";
    private const string Scanning =
        "https://docs.github.com/code-security/reference/secret-security/supported-secret-scanning-patterns";
    private const string Crypt = "https://man7.org/linux/man-pages/man5/crypt.5.html";
    private const string Vault = "https://developer.hashicorp.com/vault/docs/concepts/tokens";
    private const string Alpaca = "https://docs.alpaca.markets/docs/authentication";
    private const int Any = 512;

    internal static IReadOnlyList<CredentialForm> All { get; } =
    [
        new NamedValue("value behind a credential's name", "https://cwe.mitre.org/data/definitions/532.html"),
        new QueryCredential("credential in a query", "https://datatracker.ietf.org/doc/html/rfc6750#section-5.3"),
        new UrlLogin("password in a URL", "https://datatracker.ietf.org/doc/html/rfc3986#section-3.2.1"),
        new AuthorizationHeader(
            "bearer token",
            "bearer",
            Alphabet.Bearer,
            "https://datatracker.ietf.org/doc/html/rfc6750#section-2.1"
        ),
        new AuthorizationHeader("HTTP login", "basic", Alphabet.Bearer, "https://datatracker.ietf.org/doc/html/rfc7617#section-2")
        {
            IsCredential = AuthorizationHeader.IsUserAndPassword,
        },
        new PrivateKeyBlock("private key", "https://datatracker.ietf.org/doc/html/rfc7468"),
        new PuttyPrivateKey("PuTTY private key", "https://the.earth.li/~sgtatham/putty/0.83/htmldoc/AppendixC.html"),
        new JsonWebToken("JSON web token", "https://datatracker.ietf.org/doc/html/rfc7515#section-7.1"),
        new DiscordBotToken("Discord bot token", "https://docs.discord.com/developers/reference#authentication"),
        .. Of("Alpaca key id", Alphabet.Upper, 16, 24, Alpaca, Randomness.Digit, "PK"),
        .. Of("Alpaca or AWS key id", Alphabet.Upper, 16, 24, Alpaca, Randomness.Digit, "AK"),
        .. Of("GitHub token", Alphabet.Word, 36, 36, GitHub, CredentialChecksum.Crc32, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        .. Of("GitHub token", Alphabet.Name, 82, 82, GitHub, "github_pat_"),
        .. Of(
            "GitLab token",
            Alphabet.Dotted,
            20,
            Any,
            GitLab,
            "glpat-",
            "gldt-",
            "glrt-",
            "glcbt-",
            "glptt-",
            "glft-",
            "glsoat-",
            "gloas-",
            "glimt-",
            "glagent-"
        ),
        .. Of("npm token", Alphabet.Word, 36, 36, Npm, CredentialChecksum.Crc32, "npm_"),
        .. Of("PyPI token", Alphabet.Url, 50, Any, "https://pypi.org/help/#apitoken", "pypi-"),
        .. Of("RubyGems key", Alphabet.Hex, 48, 48, Scanning, "rubygems_"),
        .. Of("Docker Hub token", Alphabet.Url, 20, 40, Scanning, "dckr_pat_", "dckr_oat_"),
        .. Of(
            "Slack token",
            Alphabet.Url,
            20,
            Any,
            "https://docs.slack.dev/authentication/tokens",
            "xoxb-",
            "xoxp-",
            "xoxa-",
            "xoxr-",
            "xoxs-",
            "xoxe-",
            "xapp-"
        ),
        .. Of(
            "Stripe key",
            Alphabet.Word,
            16,
            Any,
            "https://docs.stripe.com/keys",
            "sk_live_",
            "sk_test_",
            "rk_live_",
            "rk_test_",
            "whsec_"
        ),
        .. Of(
            "AWS access key id",
            Alphabet.Upper,
            16,
            16,
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
            Randomness.None,
            "AKIA",
            "ASIA",
            "ABIA",
            "ACCA"
        ),
        .. Of("Google API key", Alphabet.Url, 35, 35, "https://cloud.google.com/docs/authentication/api-keys", "AIza"),
        .. Of("Google OAuth secret", Alphabet.Url, 20, 40, Scanning, "GOCSPX-"),
        .. Of("Google OAuth token", Alphabet.Dotted, 30, Any, Scanning, Randomness.Digit, "ya29.", "1//0"),
        .. Of("secret API key", Alphabet.Url, 16, Any, Scanning, Randomness.Digit, "sk-", "pk-"),
        .. Of("Hugging Face token", Alphabet.Word, 30, 40, Scanning, "hf_", "api_org_"),
        .. Of("Replicate token", Alphabet.Word, 37, 40, Scanning, Randomness.Digit, "r8_"),
        .. Of("Groq key", Alphabet.Word, 40, 60, Scanning, "gsk_"),
        .. Of("Perplexity key", Alphabet.Word, 40, 60, Scanning, "pplx-"),
        .. Of("xAI key", Alphabet.Word, 60, 100, Scanning, "xai-"),
        .. Of(
            "SendGrid key",
            Alphabet.Dotted,
            60,
            70,
            "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
            "SG."
        ),
        .. Of("Mailgun key", Alphabet.Hex, 32, 32, Scanning, Randomness.Digit, "key-"),
        .. Of("Resend key", Alphabet.Name, 24, 40, Scanning, Randomness.Digit, "re_"),
        .. Of("Brevo key", Alphabet.Url, 64, 100, Scanning, "xkeysib-", "xsmtpsib-"),
        .. Of("DigitalOcean token", Alphabet.Hex, 64, 64, Scanning, "dop_v1_", "doo_v1_", "dor_v1_"),
        .. Of("Heroku key", Alphabet.Url, 36, 80, Scanning, "HRKU-"),
        .. Of("Netlify token", Alphabet.Word, 36, 50, Scanning, "nfp_", "nfc_", "nfo_"),
        .. Of("Fly.io token", Alphabet.Base64, 40, 4096, Scanning, "fo1_", "fm1_", "fm2_"),
        .. Of("Supabase key", Alphabet.Name, 20, 100, Scanning, "sbp_", "sb_secret_"),
        .. Of("PlanetScale credential", Alphabet.Dotted, 32, 64, Scanning, "pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
        .. Of("Neon password", Alphabet.Word, 10, 40, Scanning, Randomness.Digit, "npg_"),
        .. Of(
            "Doppler token",
            Alphabet.Dotted,
            40,
            80,
            Scanning,
            "dp.pt.",
            "dp.st.",
            "dp.ct.",
            "dp.sa.",
            "dp.scim.",
            "dp.audit."
        ),
        .. Of(
            "Vault token",
            Alphabet.Dotted,
            20,
            Any,
            "https://developer.hashicorp.com/vault/docs/concepts/tokens",
            "hvs.",
            "hvb.",
            "hvr."
        ),
        .. Of("Databricks token", Alphabet.Url, 32, 34, Scanning, Randomness.Digit, "dapi"),
        .. Of("Shopify token", Alphabet.Hex, 32, 32, Scanning, "shpat_", "shpss_", "shpca_", "shppa_"),
        .. Of("Square credential", Alphabet.Url, 22, 60, Scanning, Randomness.Digit, "sq0atp-", "sq0csp-", "EAAA"),
        .. Of("Linear key", Alphabet.Word, 32, 48, Scanning, "lin_api_", "lin_oauth_"),
        .. Of("Notion key", Alphabet.Word, 40, 60, Scanning, Randomness.Digit, "ntn_", "secret_"),
        .. Of("Figma token", Alphabet.Url, 30, 60, Scanning, "figd_"),
        .. Of("Sentry token", Alphabet.Base64, 40, Any, Scanning, "sntrys_", "sntryu_", "sntrya_"),
        .. Of("Grafana token", Alphabet.Base64, 32, Any, Scanning, "glsa_", "glc_"),
        .. Of("New Relic key", Alphabet.Url, 20, 60, Scanning, "NRAK-", "NRJS-", "NRRA-", "NRAA-", "NRII-"),
        .. Of("Dynatrace token", Alphabet.Dotted, 80, 120, Scanning, "dt0c01.", "dt0s01.", "dt0s16."),
        .. Of("Facebook token", Alphabet.Word, 60, Any, Scanning, Randomness.Digit, "EAAC", "EAAB", "EAAG", "EAAD"),
        .. Of("Atlassian token", Alphabet.Base64, 60, Any, Scanning, "ATATT3", "ATCTT3"),
        .. Of("Bitbucket password", Alphabet.Word, 28, 40, Scanning, "ATBB"),
        .. Of("Dropbox token", Alphabet.Dotted, 60, 2048, Scanning, Randomness.Digit, "sl."),
        .. Of("LaunchDarkly key", Alphabet.Url, 36, 36, Scanning, Randomness.Digit, "sdk-", "api-", "mob-"),
        .. Of("Pulumi token", Alphabet.Hex, 40, 40, Scanning, "pul-"),
        .. Of("Buildkite token", Alphabet.Word, 36, 60, Scanning, "bkua_", "bkct_"),
        .. Of("CircleCI token", Alphabet.Name, 40, 100, Scanning, "CCIPAT_", "CCIPRJ_"),
        .. Of("Postman key", Alphabet.Url, 50, 70, Scanning, "PMAK-"),
        .. Of("Contentful token", Alphabet.Url, 40, 50, Scanning, "CFPAT-"),
        .. Of("1Password service token", Alphabet.Base64, 200, 4096, Scanning, "ops_ey"),
        .. Of("age key", Alphabet.Upper, 58, 58, "https://age-encryption.org/v1", CredentialChecksum.Bech32, "AGE-SECRET-KEY-1"),
        .. Of(
            "Nostr key",
            Alphabet.Word,
            58,
            58,
            "https://github.com/nostr-protocol/nips/blob/master/19.md",
            CredentialChecksum.Bech32,
            "nsec1"
        ),
        .. Of(
            "extended private key",
            Alphabet.Word,
            100,
            112,
            "https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki",
            "xprv",
            "yprv",
            "zprv",
            "tprv"
        ),
        .. Of("Laravel key", Alphabet.Base64, 40, 100, "https://laravel.com/docs/encryption", Randomness.Digit, "base64:"),
        .. Of("Twilio key id", Alphabet.Hex, 32, 32, Scanning, Randomness.Digit, "SK"),
        .. Of("NuGet key", Alphabet.Word, 43, 43, Scanning, Randomness.Digit, "oy2"),
        .. Of(
            "Airtable token",
            Alphabet.Dotted,
            79,
            79,
            "https://airtable.com/developers/web/api/authentication",
            Randomness.Digit,
            "pat"
        ),
        .. Of("Mapbox token", Alphabet.Dotted, 40, Any, "https://docs.mapbox.com/accounts/guides/tokens/", "sk.eyJ"),
        .. Of("password hash", Alphabet.Crypt, 16, Any, Crypt, "$2$", "$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$", "$7$", "$y$"),
        .. Of(
            "password hash",
            Alphabet.Crypt,
            16,
            Any,
            "https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md",
            "$argon2i$",
            "$argon2d$",
            "$argon2id$",
            "$scrypt$",
            "$pbkdf2$",
            "$pbkdf2-sha256$",
            "$pbkdf2-sha512$"
        ),
        .. Webhooks(
            "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
            "hooks.slack.com/services/",
            "hooks.slack.com/workflows/",
            "hooks.slack.com/triggers/",
            "hooks.slack-gov.com/services/"
        ),
        .. Webhooks(
            "https://docs.discord.com/developers/resources/webhook",
            "discord.com/api/webhooks/",
            "discordapp.com/api/webhooks/",
            "discord.com/api/v9/webhooks/",
            "discord.com/api/v10/webhooks/"
        ),
        .. Webhooks(
            "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
            "webhook.office.com/webhookb2/",
            "outlook.office.com/webhook/",
            "outlook.office365.com/webhook/"
        ),
        .. Webhooks(
            Scanning,
            "hooks.zapier.com/hooks/catch/",
            "maker.ifttt.com/trigger/",
            "hook.make.com/",
            "hook.eu1.make.com/",
            "hook.eu2.make.com/",
            "hook.us1.make.com/",
            "hook.us2.make.com/",
            "hook.integromat.com/",
            "chat.googleapis.com/v1/spaces/",
            "qyapi.weixin.qq.com/cgi-bin/webhook/",
            "oapi.dingtalk.com/robot/",
            "open.feishu.cn/open-apis/bot/"
        ),
        .. Webhooks("https://core.telegram.org/bots/api#making-requests", "api.telegram.org/bot"),
        new CredentialPattern(
            "Telegram bot token",
            ":A",
            Alphabet.Url,
            34,
            34,
            "https://core.telegram.org/bots/api#authorizing-your-bot"
        )
        {
            Before = new CharacterRun(Alphabet.Digits, 8, 10),
        },
        new CredentialPattern("Mailchimp key", "-us", Alphabet.Digits, 1, 2, Scanning)
        {
            Before = new CharacterRun(Alphabet.Hex, 32, 32),
        },
        new CredentialPattern("Terraform token", ".atlasv1.", Alphabet.Base64, 60, Any, Scanning)
        {
            Before = new CharacterRun(Alphabet.Word, 14, 14),
        },
        new CredentialPattern("Entra ID secret", "Q~", Alphabet.Bearer, 31, 34, Scanning)
        {
            Before = new CharacterRun(Alphabet.Bearer, 4, 4),
        },
    ];

    private static IEnumerable<CredentialPattern> Of(
        string description,
        Alphabet alphabet,
        int shortest,
        int longest,
        string source,
        params string[] literals
    ) => Of(description, alphabet, shortest, longest, source, Randomness.Mixed, literals);

    private static IEnumerable<CredentialPattern> Of(
        string description,
        Alphabet alphabet,
        int shortest,
        int longest,
        string source,
        Randomness randomness,
        params string[] literals
    ) =>
        literals.Select(literal => new CredentialPattern(description, literal, alphabet, shortest, longest, source)
        {
            Randomness = randomness,
        });

    private static IEnumerable<CredentialPattern> Of(
        string description,
        Alphabet alphabet,
        int shortest,
        int longest,
        string source,
        CredentialChecksum checksum,
        params string[] literals
    ) =>
        literals.Select(literal => new CredentialPattern(description, literal, alphabet, shortest, longest, source)
        {
            Checksum = checksum,
            Randomness = Randomness.None,
        });

    /// <summary>The path is the credential; host and service may be seen.</summary>
    private static IEnumerable<CredentialPattern> Webhooks(string source, params string[] literals) =>
        literals.Select(literal => new CredentialPattern("webhook URL", literal, Alphabet.Path, 10, Any, source)
        {
            KeepsLiteral = true,
        });
}
