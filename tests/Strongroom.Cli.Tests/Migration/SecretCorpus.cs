using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Cli.Tests.Migration;

/// <summary>A line as a real <c>.env</c> has it, and what of it must not be seen.</summary>
internal sealed record CorpusLine(string Variable, string Value, string Hidden)
{
    public override string ToString() => Variable;
}

/// <summary>Secrets in the forms that their issuers give them, made at run time.</summary>
internal static class SecretCorpus
{
    /// <summary>Put in at run time, since no committed file holds the head of a private key.</summary>
    private const string KeyWords = "PRIVATE KEY";

    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";
    private const string Hex = "0123456789abcdef";
    private const string Word = Upper + Lower + Digits;
    private const string Url = Word + "-_";

    internal static IReadOnlyList<CorpusLine> Make() =>
        [
            Whole("DB_PASS", Of(Word, 12)),
            Whole("MYSQL_ROOT_PASS", "Tr4d!ng" + Of(Digits, 4)),
            Whole("SMTP_PASS", Of(Lower, 4) + "-" + Of(Lower, 4) + "-" + Of(Digits, 3)),
            Whole("PGPASSWORD", Of(Word, 20)),
            Whole("REDIS_PASSWORD", Of(Hex, 24)),
            Whole("ADMIN_PW", "Sommer" + Of(Digits, 4) + "!"),
            Whole("UNLOCK_PIN", Of(Digits, 6)),
            Whole("GH_PAT", GitHub("ghp_")),
            Whole("GITHUB_CI", "github_pat_" + Of(Word, 22) + "_" + Of(Word, 59)),
            Whole("GITLAB", "glpat-" + Of(Url, 20)),
            Whole("NPM_AUTH", GitHub("npm_")),
            Whole("PYPI", "pypi-AgEIcHlwaS5vcmc" + Of(Url, 70)),
            Whole("GEMS", "rubygems_" + Of(Hex, 48)),
            Whole("DOCKERHUB", "dckr_pat_" + Of(Url, 27)),
            Whole("SLACK_BOT", $"xoxb-{Of(Digits, 12)}-{Of(Digits, 12)}-{Of(Word, 24)}"),
            Whole("SLACK_APP", $"xapp-1-A{Of(Upper + Digits, 10)}-{Of(Digits, 13)}-{Of(Hex, 64)}"),
            Whole(
                "SLACK_WEBHOOK_URL",
                $"https://hooks.slack.com/services/T{Of(Upper + Digits, 8)}/B{Of(Upper + Digits, 8)}/{Of(Word, 24)}"
            ),
            Whole("DISCORD_ALERTS", $"https://discord.com/api/webhooks/{Of(Digits, 18)}/{Of(Url, 68)}"),
            Whole("TEAMS", $"https://acme.webhook.office.com/webhookb2/{Uuid()}@{Uuid()}/IncomingWebhook/{Of(Hex, 32)}/{Uuid()}"),
            Whole("ZAPIER_HOOK", $"https://hooks.zapier.com/hooks/catch/{Of(Digits, 7)}/{Of(Lower + Digits, 7)}/"),
            Whole("STRIPE", "sk_live_" + Of(Word, 24)),
            Whole("STRIPE_TEST", "sk_test_" + Of(Word, 24)),
            Whole("STRIPE_HOOK", "whsec_" + Of(Word, 32)),
            Whole("AWS_ACCESS_KEY_ID", "AKIA" + Of(Upper + "234567", 16)),
            Whole("AWS_SECRET_ACCESS_KEY", Of(Word + "/+", 40)),
            Whole("MAPS", "AIza" + Of(Url, 35)),
            Whole("GOOGLE_OAUTH", "GOCSPX-" + Of(Url, 28)),
            Whole("OPENAI", "sk-proj-" + Of(Url, 48)),
            Whole("ANTHROPIC", "sk-ant-api03-" + Of(Url, 90)),
            Whole("HF", "hf_" + Of(Word, 34)),
            Whole("SENDGRID", $"SG.{Of(Url, 22)}.{Of(Url, 43)}"),
            Whole("MAILGUN", "key-" + Of(Hex, 32)),
            Whole("MAILCHIMP", Of(Hex, 32) + "-us14"),
            Whole("TWILIO_AUTH_TOKEN", Of(Hex, 32)),
            Whole("TWILIO_API_SECRET", Of(Word, 32)),
            Whole("DO", "dop_v1_" + Of(Hex, 64)),
            Whole("HEROKU_API_KEY", Uuid()),
            Whole("VAULT_OF_OTHERS", "hvs." + Of(Url, 90)),
            Whole("DATABRICKS", "dapi" + Of(Hex, 32)),
            Whole("SHOPIFY", "shpat_" + Of(Hex, 32)),
            Whole("SQUARE", "sq0atp-" + Of(Url, 22)),
            Whole("LINEAR", "lin_api_" + Of(Word, 40)),
            Whole("AIRTABLE", $"pat{Of(Word, 14)}.{Of(Hex, 64)}"),
            Whole("TELEGRAM", $"{Of("123456789", 1)}{Of(Digits, 9)}:AA{Of(Url, 33)}"),
            Whole("DISCORD_BOT", $"M{Of(Word, 23)}.{Of(Url, 6)}.{Of(Url, 38)}"),
            Whole("DATADOG_APP", Of(Hex, 40)),
            Whole("NEWRELIC", "NRAK-" + Of(Upper + Digits, 27)),
            Whole("GRAFANA", $"glsa_{Of(Word, 32)}_{Of(Hex, 8)}"),
            Whole("SENTRY_DSN", $"https://{Of(Hex, 32)}@o{Of(Digits, 6)}.ingest.sentry.io/{Of(Digits, 7)}"),
            Whole("INFURA", $"https://mainnet.infura.io/v3/{Of(Hex, 32)}"),
            Whole("ALCHEMY", $"wss://eth-mainnet.g.alchemy.com/v2/{Of(Url, 32)}"),
            Whole("DEPLOYER", "0x" + Of(Hex, 64)),
            Whole("WALLET_MNEMONIC", string.Join(' ', Enumerable.Range(0, 12).Select(_ => Of(Lower, 6)))),
            Whole("BACKUP_PHRASE", string.Join(' ', Enumerable.Range(0, 12).Select(_ => Of(Lower, 5)))),
            Whole("APP_KEY", "base64:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            Whole("SESSION_COOKIE", Of(Hex, 64)),
            Whole("JWT", Jwt()),
            Whole("HASH_SALT", Of(Word, 16)),
            Whole("BASIC", $"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"desk:{Of(Word, 9)}"))}"),
            Whole("HTTP_LOGIN", $"desk:{Of(Word, 10)}"),
            Whole("ADMIN_HASH", $"$2b$12${Of(Word + "./", 53)}"),
            Part("DATABASE_URL", secret => $"postgres://desk:{secret}@db.internal:5432/trading", Of(Word, 14)),
            Part("MONGODB_URI", secret => $"mongodb+srv://app:{secret}@cluster0.mongodb.net/desk?retryWrites=true", Of(Word, 16)),
            Part("CELERY_BROKER", secret => $"amqp://worker:{secret}@rabbit:5672/%2f", Of(Word, 11)),
            Part("CACHE", secret => $"redis://:{secret}@cache:6379/0", Of(Word, 18)),
            Part("HTTPS_PROXY", secret => $"http://jo:{secret}@proxy.internal:3128", Of(Word, 9)),
            Part("REPO", secret => $"https://{secret}@github.com/acme/desk.git", GitHub("ghs_")),
            Part("JDBC", secret => $"jdbc:mysql://db:3306/desk?user=desk&password={secret}", Of(Word, 12)),
            Part(
                "MSSQL",
                secret => $"Server=db;Database=desk;User Id=sa;Password={secret};TrustServerCertificate=true",
                Of(Word, 13)
            ),
            Part(
                "AZURE_STORAGE",
                secret => $"DefaultEndpointsProtocol=https;AccountName=desk;AccountKey={secret};EndpointSuffix=core.windows.net",
                Convert.ToBase64String(RandomNumberGenerator.GetBytes(64))
            ),
            Part("BLOB", secret => $"https://desk.blob.core.windows.net/c?sv=2022-11-02&sp=r&sig={secret}", Of(Word, 43) + "%3D"),
            Part("FEED", secret => $"https://api.example.com/feed?api_key={secret}", Of(Word, 20)),
            Part("LIBPQ", secret => $"host=db dbname=desk user=desk password={secret}", Of(Word, 10)),
            Part(
                "SERVICE_ACCOUNT",
                secret =>
                    $$"""
                        {"type":"service_account","private_key_id":"{{Of(Hex, 40)}}",
                        "private_key":"-----BEGIN {{KeyWords}}-----\n{{secret}}\n-----END PRIVATE KEY-----\n"}
                        """.ReplaceLineEndings(""),
                Of(Word + "+/", 64)
            ),
            Part(
                "TLS_PEM",
                secret => $"-----BEGIN RSA {KeyWords}-----\n{secret}\n-----END RSA PRIVATE KEY-----",
                Of(Word + "+/", 64)
            ),
            Part(
                "SSH",
                secret => $"-----BEGIN OPENSSH {KeyWords}-----\n{secret}\n-----END OPENSSH PRIVATE KEY-----",
                Of(Word + "+/", 70)
            ),
            Whole("SOLANA", $"[{string.Join(',', RandomNumberGenerator.GetBytes(64))}]"),
            Whole("WIREGUARD", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
            Whole("ERLANG_COOKIE", Of(Word, 20)),
            Part("GIT_REMOTE", secret => $"https://{secret}:x-oauth-basic@github.com/acme/desk.git", Of(Word, 12)),
            Part("RELAY", secret => $"https://desk:{Of(Word, 9)}@hooks.example.com/in/{secret}", Of(Word, 20)),
            Part("INFLUX", secret => $"https://influx.example.com/query?u=desk&p={secret}", Of(Word, 10)),
            Part("JAVA_OPTS", secret => $"-Xmx512m -Djavax.net.ssl.keyStorePassword={secret}", Of(Word, 10)),
            Part("FEATURES", secret => $$"""{"beta":true,"apiToken":"{{secret}}"}""", Of(Word, 22)),
            Part("NODES", secret => $"http://a.internal:9200,http://elastic:{secret}@b.internal:9200", Of(Word, 15)),
        ];

    internal static string Of(string alphabet, int length)
    {
        // A digit in front of a letter in every one: letters with a few digits at the end may be a word that a person chose.
        var text = RandomNumberGenerator.GetString(alphabet, length);
        if (length <= 3 || !alphabet.Contains('7', StringComparison.Ordinal))
            return text;
        var letter = alphabet.FirstOrDefault(char.IsLetter, '7');
        return $"{text[..(length / 2 - 1)]}7{letter}{text[(length / 2 + 1)..^1]}7";
    }

    private static CorpusLine Whole(string variable, string value) => new(variable, value, value);

    private static CorpusLine Part(string variable, Func<string, string> line, string secret) =>
        new(variable, line(secret), secret);

    private static string Uuid() => Guid.NewGuid().ToString();

    private static string Jwt() =>
        string.Join(
            '.',
            new[] { """{"alg":"HS256","typ":"JWT"}""", $$"""{"sub":"{{Of(Digits, 8)}}"}""", Of(Word, 32) }.Select(part =>
                Convert.ToBase64String(Encoding.ASCII.GetBytes(part)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
            )
        );

    /// <summary>30 characters and the CRC-32 of them in base 62.</summary>
    private static string GitHub(string prefix)
    {
        const string base62 = Digits + Upper + Lower;
        var random = Of(Word, 30);
        var crc = ~random.Aggregate(uint.MaxValue, static (crc, c) =>
            Enumerable.Range(0, 8).Aggregate(crc ^ c, static (sum, _) => (sum >> 1) ^ ((sum & 1) * 0xEDB88320u))
        );
        var sum = new char[6];
        for (var i = 5; i >= 0; i--, crc /= 62)
            sum[i] = base62[(int)(crc % 62)];
        return prefix + random + new string(sum);
    }
}
