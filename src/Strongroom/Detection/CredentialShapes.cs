using System.Buffers;

namespace Strongroom.Detection;

/// <summary>
/// The credentials that are known by their prefix. Shapes without one (a JWT, a PEM block, a bot's token) are those of
/// <see cref="CredentialFinder"/>.
/// </summary>
internal static class CredentialShapes
{
    private const string GitHub = "https://github.blog/engineering/behind-githubs-new-authentication-token-formats/";
    private const string GitLab = "https://docs.gitlab.com/security/tokens/#token-prefixes";
    private const string Scanning =
        "https://docs.github.com/code-security/reference/secret-security/supported-secret-scanning-patterns";
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const int Any = 512;

    private static readonly SearchValues<char> s_word = SearchValues.Create(Letters + Digits);
    private static readonly SearchValues<char> s_name = SearchValues.Create(Letters + Digits + "_");
    private static readonly SearchValues<char> s_url = SearchValues.Create(Letters + Digits + "_-");
    private static readonly SearchValues<char> s_dotted = SearchValues.Create(Letters + Digits + "_-.");
    private static readonly SearchValues<char> s_base64 = SearchValues.Create(Letters + Digits + "+/=_-");
    private static readonly SearchValues<char> s_hex = SearchValues.Create(Digits + "abcdefABCDEF");
    private static readonly SearchValues<char> s_capitals = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ" + Digits);

    internal static IReadOnlyList<CredentialShape> All { get; } =
    [
        .. Of("GitHub token", s_word, 36, 36, GitHub, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        .. Of("GitHub token", s_name, 60, 100, GitHub, "github_pat_"),
        .. Of(
            "GitLab token",
            s_dotted,
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
        .. Of("npm token", s_word, 36, 36, GitHub, "npm_"),
        .. Of("PyPI token", s_url, 50, Any, "https://pypi.org/help/#apitoken", "pypi-"),
        .. Of("RubyGems key", s_hex, 48, 48, Scanning, "rubygems_"),
        .. Of("Docker Hub token", s_url, 20, 40, Scanning, "dckr_pat_", "dckr_oat_"),
        .. Of(
            "Slack token",
            s_url,
            20,
            Any,
            "https://docs.slack.dev/authentication/tokens",
            "xoxb-",
            "xoxp-",
            "xoxa-",
            "xoxr-",
            "xoxs-",
            "xoxe-",
            "xapp-",
            "xoxe.xoxp-",
            "xoxe.xoxb-"
        ),
        .. Of(
            "Stripe key",
            s_word,
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
            s_capitals,
            16,
            16,
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
            "AKIA",
            "ASIA",
            "ABIA",
            "ACCA"
        ),
        .. Of("Google API key", s_url, 35, 35, "https://cloud.google.com/docs/authentication/api-keys", "AIza"),
        .. Of("Google OAuth secret", s_url, 20, 40, Scanning, "GOCSPX-"),
        .. Of("Google OAuth token", s_dotted, 30, Any, Scanning, "ya29.", "1//0"),
        .. Of("OpenAI or Anthropic key", s_url, 20, Any, Scanning, "sk-"),
        .. Of("Hugging Face token", s_word, 30, 40, Scanning, "hf_", "api_org_"),
        .. Of("Replicate token", s_word, 37, 40, Scanning, "r8_"),
        .. Of("Groq key", s_word, 40, 60, Scanning, "gsk_"),
        .. Of("Perplexity key", s_word, 40, 60, Scanning, "pplx-"),
        .. Of("xAI key", s_word, 60, 100, Scanning, "xai-"),
        .. Of("SendGrid key", s_dotted, 60, 70, "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys", "SG."),
        .. Of("Mailgun key", s_hex, 32, 32, Scanning, "key-"),
        .. Of("Resend key", s_name, 24, 40, Scanning, "re_"),
        .. Of("Brevo key", s_url, 64, 100, Scanning, "xkeysib-", "xsmtpsib-"),
        .. Of("DigitalOcean token", s_hex, 64, 64, Scanning, "dop_v1_", "doo_v1_", "dor_v1_"),
        .. Of("Heroku key", s_url, 36, 80, Scanning, "HRKU-"),
        .. Of("Netlify token", s_word, 36, 50, Scanning, "nfp_", "nfc_", "nfo_"),
        .. Of("Fly.io token", s_base64, 40, 4096, Scanning, "fo1_", "fm1_", "fm2_"),
        .. Of("Supabase key", s_name, 20, 100, Scanning, "sbp_", "sb_secret_"),
        .. Of("PlanetScale credential", s_dotted, 32, 64, Scanning, "pscale_tkn_", "pscale_pw_", "pscale_oauth_"),
        .. Of("Neon password", s_word, 10, 40, Scanning, "npg_"),
        .. Of("Doppler token", s_dotted, 40, 80, Scanning, "dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        .. Of(
            "Vault token",
            s_dotted,
            20,
            Any,
            "https://developer.hashicorp.com/vault/docs/concepts/tokens",
            "hvs.",
            "hvb.",
            "hvr."
        ),
        .. Of("Databricks token", s_url, 32, 34, Scanning, "dapi"),
        .. Of("Shopify token", s_hex, 32, 32, Scanning, "shpat_", "shpss_", "shpca_", "shppa_"),
        .. Of("Square credential", s_url, 22, 60, Scanning, "sq0atp-", "sq0csp-", "EAAA"),
        .. Of("Linear key", s_word, 32, 48, Scanning, "lin_api_", "lin_oauth_"),
        .. Of("Notion key", s_word, 40, 60, Scanning, "ntn_", "secret_"),
        .. Of("Figma token", s_url, 30, 60, Scanning, "figd_"),
        .. Of("Sentry token", s_base64, 40, Any, Scanning, "sntrys_", "sntryu_", "sntrya_"),
        .. Of("Grafana token", s_base64, 32, Any, Scanning, "glsa_", "glc_"),
        .. Of("New Relic key", s_url, 20, 60, Scanning, "NRAK-", "NRJS-", "NRRA-", "NRAA-", "NRII-"),
        .. Of("Dynatrace token", s_dotted, 80, 120, Scanning, "dt0c01.", "dt0s01.", "dt0s16."),
        .. Of("Facebook token", s_word, 60, Any, Scanning, "EAAC", "EAAB", "EAAG", "EAAD"),
        .. Of("Atlassian token", s_base64, 60, Any, Scanning, "ATATT3", "ATCTT3"),
        .. Of("Bitbucket password", s_word, 28, 40, Scanning, "ATBB"),
        .. Of("Dropbox token", s_dotted, 60, 2048, Scanning, "sl."),
        .. Of("LaunchDarkly key", s_url, 36, 36, Scanning, "sdk-", "api-"),
        .. Of("Pulumi token", s_hex, 40, 40, Scanning, "pul-"),
        .. Of("Buildkite token", s_word, 36, 60, Scanning, "bkua_", "bkct_"),
        .. Of("CircleCI token", s_name, 40, 100, Scanning, "CCIPAT_", "CCIPRJ_"),
        .. Of("Postman key", s_url, 50, 70, Scanning, "PMAK-"),
        .. Of("Contentful token", s_url, 40, 50, Scanning, "CFPAT-"),
        .. Of("1Password service token", s_base64, 200, 4096, Scanning, "ops_ey"),
        .. Of("age key", s_capitals, 58, 58, "https://age-encryption.org/v1", "AGE-SECRET-KEY-1"),
        .. Of("Nostr key", s_word, 58, 58, "https://github.com/nostr-protocol/nips/blob/master/19.md", "nsec1"),
        .. Of(
            "extended private key",
            s_word,
            100,
            112,
            "https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki",
            "xprv",
            "yprv",
            "zprv",
            "tprv"
        ),
        .. Of("key of Laravel's", s_base64, 40, 100, "https://laravel.com/docs/encryption", "base64:"),
    ];

    private static IEnumerable<CredentialShape> Of(
        string name,
        SearchValues<char> alphabet,
        int shortest,
        int longest,
        string source,
        params string[] prefixes
    ) => prefixes.Select(prefix => new CredentialShape(name, prefix, alphabet, shortest, longest, source));
}
