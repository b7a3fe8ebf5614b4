using System.Collections.Frozen;

namespace Strongroom.Cli.Migration;

/// <summary>Words that say the same in every file: switches, levels, environments, protocols, products, algorithms.</summary>
internal static class HarmlessWords
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_words = FrozenSet
        .ToFrozenSet(
            (
                "true false yes no on off y n t f enabled disabled enable disable auto default none null always never "
                + "optional required manual "
                + "trace debug info information notice warn warning error err critical fatal verbose silent quiet alert "
                + "emergency "
                + "local dev develop development test testing stage staging uat qa prod production live paper sandbox demo "
                + "preview ci "
                + "http https tcp udp tls ssl starttls ws wss grpc amqp amqps mqtt smtp smtps imap imaps sftp ftp unix "
                + "socket h2c "
                + "json text plain yaml yml toml xml csv logfmt pretty compact ecs raw html markdown ndjson parquet avro "
                + "protobuf "
                + "file files console stdout stderr stdin syslog stack single daily memory array cookie database redis "
                + "memcached sync async null log "
                + "postgres postgresql pgsql mysql mariadb sqlite sqlite3 mssql sqlserver oracle mongodb mongo cassandra "
                + "elasticsearch opensearch clickhouse dynamodb cockroachdb timescaledb "
                + "phpredis predis rabbitmq kafka nats sqs sns celery sidekiq pubsub kinesis redpanda zookeeper etcd consul "
                + "vault "
                + "s3 gcs azure aws gcp minio r2 local public private internal docker kubernetes k8s heroku vercel netlify "
                + "digitalocean cloudflare fly "
                + "sendgrid mailgun ses postmark mailhog mailpit mailtrap sendmail smtp twilio stripe paypal braintree slack "
                + "discord telegram sentry datadog newrelic grafana prometheus otlp jaeger zipkin "
                + "openai anthropic gemini ollama bedrock mistral cohere "
                + "hs256 hs384 hs512 rs256 rs384 rs512 es256 es384 es512 ps256 eddsa md5 sha1 sha256 sha384 sha512 bcrypt "
                + "argon2 argon2id scrypt pbkdf2 aes256 ed25519 "
                + "utf8 utf-8 ascii latin1 iso-8859-1 utf8mb4 utf8mb4_unicode_ci utf8mb4_general_ci "
                + "lax strict nosniff same-origin sameorigin deny allow all any both off read write readonly readwrite admin "
                + "root user guest app web www api worker server client main master primary replica secondary leader "
                + "follower "
                + "utc gmt usd eur gbp jpy chf btc eth usdt usdc en de fr es it nl pt ja zh ko ru "
                + "localhost ipv4 ipv6 get post put patch delete head options basic bearer digest oauth oauth2 oidc saml ldap "
                + "jwt session approle kubernetes token userpass cert iam "
                + "fifo lifo lru lfu round-robin roundrobin random least-connections sticky rolling recreate canary blue green "
                + "require prefer verify-full verify-ca verify-none disable allow-insecure node npm yarn pnpm bun python ruby "
                + "php go rust java dotnet "
                + "market limit stop day gtc ioc fok buy sell long short long-only iex sip crypto stocks options equity "
                + "futures minute hour "
                + "light dark small medium large low high normal fast slow black red blue green white"
            ).Split(' ', StringSplitOptions.RemoveEmptyEntries),
            StringComparer.OrdinalIgnoreCase
        )
        .GetAlternateLookup<ReadOnlySpan<char>>();

    internal static bool Contains(ReadOnlySpan<char> word) => s_words.Contains(word);
}
