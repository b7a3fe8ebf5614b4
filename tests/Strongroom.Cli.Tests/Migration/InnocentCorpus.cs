using System.Security.Cryptography;

namespace Strongroom.Cli.Tests.Migration;

/// <summary>What real files have beside their secrets, look-alikes among it: everybody may read it, and the template keeps it.</summary>
internal static class InnocentCorpus
{
    private const string Hex = "0123456789abcdef";

    internal static IReadOnlyList<(string Variable, string Value)> Make() =>
    [
        ("DEBUG", "false"), ("LOG_LEVEL", "info"), ("NODE_ENV", "production"), ("PORT", "8080"), ("WORKERS", "4"), ("TIMEOUT", "30s"), ("RATE", "0.05"), ("MAX_UPLOAD", "10MB"), ("CACHE_TTL", "3600"),
        ("APP_NAME", "Trading Desk"), ("APP_URL", "https://desk.example.com/app"), ("API_BASE", "https://paper-api.alpaca.markets/v2"), ("DB_HOST", "db.internal"), ("DB_PORT", "5432"), ("DB_NAME", "trading_desk"),
        ("DB_USER", "desk_app"), ("DB_DRIVER", "pgsql"), ("REDIS_URL", "redis://cache:6379/0"), ("KAFKA_BROKERS", "kafka-1:9092,kafka-2:9092"), ("AMQP_VHOST", "/desk"), ("S3_BUCKET", "acme-desk-backups"),
        ("AWS_REGION", "eu-central-1"), ("AWS_DEFAULT_REGION", "us-east-1"), ("ALLOWED_HOSTS", "desk.example.com,localhost"), ("CORS_ORIGINS", "https://a.example.com,https://b.example.com"),
        ("MAIL_FROM", "no-reply@example.com"), ("MAIL_FROM_NAME", "The desk"), ("MAILER", "smtp"), ("SMTP_HOST", "smtp.mailgun.org"), ("TZ_NAME", "Europe/Berlin"), ("LANG_DEFAULT", "de_DE.UTF-8"), ("CRON", "*/5 9-17 * * 1-5"),
        ("VERSION", "2.14.0-rc.1"), ("START_DATE", "2026-01-31"), ("LOG_FILE", "/var/log/desk/app.log"), ("DATA_DIR", "./data"), ("CONFIG", "config/desk.yaml"), ("CA_FILE", "/etc/ssl/certs/ca.pem"),
        ("PRIVATE_KEY_PATH", "/etc/desk/tls/key.pem"), ("DB_PASSWORD_FILE", "/run/secrets/db_password"), ("SECRET_REF", "op://desk/database/password"), ("TOKEN_TTL", "15m"), ("MAX_TOKENS", "4096"), ("PASSWORD_MIN_LENGTH", "12"),
        ("TOKEN_URL", "https://login.example.com/oauth/token"), ("AUTH_METHOD", "basic"), ("SESSION_DRIVER", "redis"), ("JWT_ALGORITHM", "RS256"), ("CACHE_KEY_PREFIX", "desk"),
        ("GIT_COMMIT", Of(Hex, 40)), ("SOURCE_VERSION", Of(Hex, 40)), ("COMMIT_SHORT_SHA", Of(Hex, 8)), ("IMAGE_DIGEST", "sha256:" + Of(Hex, 64)), ("BUNDLE_INTEGRITY", "sha384-" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(48))),
        ("USDC_CONTRACT", "0x" + Of(Hex, 40)), ("ROUTER", "0x" + Of(Hex, 40)), ("GENESIS_HASH", "0x" + Of(Hex, 64)), ("TENANT_ID", Guid.NewGuid().ToString()), ("CLIENT_ID", Guid.NewGuid().ToString()),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live_" + Of("abcXYZ019", 24)), ("RECAPTCHA_SITE_KEY", "6L" + Of("abcXYZ019", 38)), ("VAPID_PUBLIC_KEY", Of("abcXYZ019_-", 87)), ("DEPLOY_PUBLIC_KEY", "ssh-ed25519 AAAA" + Of("abcXYZ019", 64) + " ops@desk"),
        ("GA_ID", "G-" + Of("ABC0123", 10)), ("GOOGLE_CLIENT_ID", Of("0123456789", 12) + "-" + Of("abc019", 32) + ".apps.googleusercontent.com"), ("TWILIO_ACCOUNT_SID", "AC" + Of(Hex, 32)), ("AWS_ACCOUNT_ID", Of("123456789", 12)),
        ("STRIPE_PRICE_ID", "price_" + Of("abcXYZ019", 24)), ("SLACK_CHANNEL_ID", "C0" + Of("ABC019", 9)), ("DISCORD_GUILD_ID", Of("123456789", 18)), ("TELEGRAM_CHAT_ID", "-100" + Of("123456789", 10)), ("SG_ID", "sg-" + Of(Hex, 17)),
        ("ROLE_ARN", "arn:aws:iam::123456789012:role/desk-reader"), ("IMAGE_TAG", "v2.14.0"), ("IMAGE", "registry.example.com/desk:2.14.0"), ("OPENAI_API_KEY", "your_api_key_here"), ("DB_PASSWORD", "changeme"), ("API_TOKEN", "<token>"),
        ("JWT_SECRET", "xxxxxxxx"), ("STRIPE_KEY", "sk_live_xxxxxxxxxxxxxxxx"), ("SENDGRID_API_KEY", "replace-me"), ("SYMBOLS", "AAPL,MSFT,TSLA"), ("FEATURE_FLAGS", """{"newCheckout":true,"theme":"dark"}"""), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=desk,deployment.environment=staging"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,172.16.0.0/12"), ("MARKET_OPEN", "09:30"), ("COLOR", "#ff8800"), ("EMPTY", ""),
        ("REDIS_CLIENT", "phpredis"), ("DJANGO_SETTINGS_MODULE", "config.settings.production"), ("COMPOSE_FILE", "docker-compose.yml:docker-compose.prod.yml"), ("SQLITE_URL", "sqlite:///my-local-sqlite.db"),
        ("PORTS", "8080,8081,8082,8083"), ("APP_DESCRIPTION", "Token service of the desk"),
    ];

    private static string Of(string alphabet, int length) => RandomNumberGenerator.GetString(alphabet, length - 1) + alphabet[^2];
}
