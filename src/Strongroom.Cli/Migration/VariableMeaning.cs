using System.Collections.Frozen;
using Strongroom.Detection;

namespace Strongroom.Cli.Migration;

/// <summary>What a variable's name says about its value.</summary>
internal readonly struct VariableMeaning
{
    /// <summary>The value may be a secret even if nothing else says so.</summary>
    private static readonly FrozenSet<string> s_hints = FrozenSet.ToFrozenSet([
        "pass",
        "password",
        "passwords",
        "passwd",
        "pwd",
        "pw",
        "passphrase",
        "passcode",
        "pin",
        "otp",
        "totp",
        "secret",
        "secrets",
        "token",
        "tokens",
        "key",
        "keys",
        "credential",
        "credentials",
        "cred",
        "creds",
        "auth",
        "authorization",
        "salt",
        "pepper",
        "seed",
        "mnemonic",
        "private",
        "signature",
        "cookie",
        "session",
        "jwt",
        "bearer",
        "webhook",
        "dsn",
        "license",
        "licence",
        "pem",
        "cert",
        "login",
    ]);

    /// <summary>Even a number is a secret.</summary>
    private static readonly FrozenSet<string> s_numbersToo = FrozenSet.ToFrozenSet([
        "pass",
        "password",
        "passwd",
        "pwd",
        "pw",
        "passphrase",
        "passcode",
        "pin",
        "otp",
    ]);

    /// <summary>Last words of names whose values a person chose to be read.</summary>
    private static readonly FrozenSet<string> s_chosen = FrozenSet.ToFrozenSet([
        "name",
        "names",
        "user",
        "username",
        "users",
        "host",
        "hosts",
        "hostname",
        "domain",
        "domains",
        "server",
        "servers",
        "region",
        "regions",
        "zone",
        "bucket",
        "buckets",
        "database",
        "db",
        "schema",
        "table",
        "tables",
        "collection",
        "index",
        "queue",
        "queues",
        "topic",
        "topics",
        "channel",
        "channels",
        "exchange",
        "group",
        "groups",
        "role",
        "roles",
        "driver",
        "mailer",
        "connection",
        "adapter",
        "backend",
        "engine",
        "provider",
        "providers",
        "store",
        "storage",
        "service",
        "services",
        "app",
        "application",
        "project",
        "org",
        "organization",
        "organisation",
        "team",
        "namespace",
        "cluster",
        "node",
        "env",
        "environment",
        "stage",
        "mode",
        "level",
        "format",
        "type",
        "kind",
        "prefix",
        "suffix",
        "locale",
        "language",
        "lang",
        "timezone",
        "tz",
        "currency",
        "country",
        "city",
        "title",
        "description",
        "label",
        "theme",
        "version",
        "tag",
        "tags",
        "branch",
        "image",
        "repository",
        "repo",
        "registry",
        "encoding",
        "charset",
        "protocol",
        "scheme",
        "method",
        "algorithm",
        "alg",
        "strategy",
        "policy",
        "profile",
        "plan",
        "tier",
        "size",
        "unit",
        "model",
        "family",
        "color",
        "colour",
        "sender",
        "recipient",
        "contact",
        "author",
        "owner",
        "realm",
        "issuer",
        "audience",
        "scope",
        "scopes",
        "subject",
        "origins",
        "origin",
        "brokers",
        "broker",
        "peers",
        "features",
        "modules",
        "plugins",
        "symbols",
        "symbol",
        "universe",
        "pairs",
        "pair",
        "market",
        "markets",
        "base",
        "quote",
        "network",
        "chain",
        "interface",
        "device",
        "class",
        "handler",
        "layout",
        "vhost",
        "logger",
        "sink",
        "account",
        "instance",
        "dialect",
        "from",
        "mail",
        "header",
        "headers",
        "message",
        "text",
        "agent",
        "location",
        "id",
        "ids",
        "slug",
        "workspace",
        "dataset",
        "warehouse",
        "tenant",
        "order",
        "side",
        "release",
        "component",
        "module",
        "entrypoint",
    ]);

    private static readonly FrozenSet<string> s_prose = FrozenSet.ToFrozenSet([
        "name",
        "title",
        "description",
        "message",
        "subject",
        "text",
        "label",
        "footer",
        "greeting",
        "from",
        "sender",
        "agent",
        "copyright",
    ]);

    private static readonly FrozenSet<string> s_hashes = FrozenSet.ToFrozenSet([
        "commit",
        "sha",
        "revision",
        "rev",
        "git",
        "hash",
        "ref",
        "build",
        "release",
        "version",
        "head",
        "checksum",
        "digest",
        "etag",
        "md",
        "fingerprint",
        "thumbprint",
        "integrity",
        "tx",
        "txn",
        "block",
        "root",
        "slug",
    ]);

    private static readonly FrozenSet<string> s_addresses = FrozenSet.ToFrozenSet([
        "address",
        "addr",
        "contract",
        "wallet",
        "mint",
        "program",
        "recipient",
        "treasury",
        "router",
        "factory",
        "pool",
    ]);

    private readonly bool _isHinted;
    private readonly bool _isDescription;
    private readonly string _last;

    internal VariableMeaning(string variable)
    {
        var name = new CredentialName(variable);
        var words = name.Words;
        _isDescription = name.IsDescription;
        _last = words.Count > 0 ? words[^1] : "";
        IsPublicKey =
            words.Any(word => word is "public" or "publishable" or "pub" or "site")
            && words.Any(word => word is "key" or "keys")
            && !words.Contains("private")
            && !words.Contains("secret");
        _isHinted = !IsPublicKey && words.Any(s_hints.Contains);
        IsCertain = words.Any(s_numbersToo.Contains) && !_isDescription;
        IsHash = !_isHinted && words.Any(s_hashes.Contains);
        IsAddress = !_isHinted && words.Any(s_addresses.Contains);
        IsIdentifier =
            !_isHinted
            && _last
                is "id"
                    or "ids"
                    or "uuid"
                    or "guid"
                    or "sid"
                    or "arn"
                    or "tenant"
                    or "client"
                    or "subscription"
                    or "channel"
                    or "guild"
                    or "chat"
                    or "account"
                    or "zone"
                    or "pool";
    }

    /// <summary>It may hold a secret, and no other word says that it is about one only.</summary>
    internal bool IsHinted => _isHinted && !_isDescription && !s_chosen.Contains(_last);

    /// <summary>A password, whatever it is made of.</summary>
    internal bool IsCertain { get; }

    internal bool IsPublicKey { get; }

    internal bool IsHash { get; }

    internal bool IsAddress { get; }

    internal bool IsIdentifier { get; }

    /// <summary>The value was chosen to be read: a host, a bucket, a mode.</summary>
    internal bool IsChosen => s_chosen.Contains(_last);

    internal bool IsProse => s_prose.Contains(_last);

    internal bool IsHost =>
        _last
            is "host"
                or "hosts"
                or "hostname"
                or "domain"
                or "domains"
                or "server"
                or "servers"
                or "endpoint"
                or "url"
                or "uri"
                or "addr"
                or "address"
                or "brokers"
                or "peers"
                or "origin"
                or "origins";
}
