using CsCheck;
using Strongroom.Redaction;

namespace Strongroom.Tests.Redaction;

public class SecretRedactorTests
{
    private static readonly string s_secret = RandomSecret.Text(10) + RandomSecret.Digits(4);

    private readonly SecretRedactor _redactor = new(new KnownValues());

    /// <summary>Each line holds the secret in place of {0}; all of it must go, and nothing else.</summary>
    public static TheoryData<string, string> Shapes =>
        new()
        {
            { "GET /v2/orders?api_key={0}&page=2", "GET /v2/orders?api_key=***&page=2" },
            { "apikey={0}", "apikey=***" },
            { "ALPACA_API_KEY={0} DRY_RUN=1", "ALPACA_API_KEY=*** DRY_RUN=1" },
            { "alpacaApiKey={0};x", "alpacaApiKey=***;x" },
            { "api-secret={0}", "api-secret=***" },
            { "AWS_SECRET_ACCESS_KEY={0}", "AWS_SECRET_ACCESS_KEY=***" },
            { "client_secret={0}&grant_type=x", "client_secret=***&grant_type=x" },
            { "refresh_token={0}", "refresh_token=***" },
            { "VAULT_SECRET_ID={0}", "VAULT_SECRET_ID=***" },
            { "token={0}{0}", "token=***" },
            { "Host=db;Username=app;Password={0};Database=x", "Host=db;Username=app;Password=***;Database=x" },
            { "Server=db;Pwd={0}", "Server=db;Pwd=***" },
            { "Login { User = bob, Password = {0} }", "Login { User = bob, Password = *** }" },
            { "password=\"{0} and more\" x", "password=\"***\" x" },
            { "passphrase='{0} and' x", "passphrase='***' x" },
            { """{"password":"{0}","user":"bob"}""", """{"password":"***","user":"bob"}""" },
            { """{ "dbPassword" : "{0}" }""", """{ "dbPassword" : "***" }""" },
            { """{"password":"a\"{0}\\","user":"bob"}""", """{"password":"***","user":"bob"}""" },
            { """{"body":"{\"password\":\"{0}\",\"a\":1}"}""", """{"body":"{\"password\":\"***\",\"a\":1}"}""" },
            { """{"body":"{\"password\":\"x\\\"{0}\",\"a\":1}"}""", """{"body":"{\"password\":\"***\",\"a\":1}"}""" },
            {
                """{"body":"{\u0022password\u0022:\u0022{0}\u0022,\u0022a\u0022:1}"}""",
                """{"body":"{\u0022password\u0022:\u0022***\u0022,\u0022a\u0022:1}"}"""
            },
            {
                """{"body":"{\u0022password\u0022:\u0022x\\u0022{0}\u0022}"}""",
                """{"body":"{\u0022password\u0022:\u0022***\u0022}"}"""
            },
            { "{'password': '{0}'}", "{'password': '***'}" },
            { "{\"password\":\"{0}", "{\"password\":\"***" },
            { "X-Api-Key: {0}", "X-Api-Key: ***" },
            { "X-Vault-Token: {0}", "X-Vault-Token: ***" },
            { "password: {0}", "password: ***" },
            { "Authorization: Bearer {0}", "Authorization: Bearer ***" },
            { "authorization: bearer {0}, next", "authorization: bearer ***, next" },
            { "postgres://app:{0}@db:5432/x", "postgres://app:***@db:5432/x" },
            { "redis://:{0}@cache", "redis://:***@cache" },
            { "https://u:p@{0}@host/a@b", "https://u:***@host/a@b" },
            { "https://{0}:x-oauth-basic@github.com/a", "https://***@github.com/a" },
            { "https://{0}{0}:@api.example.com/a", "https://***@api.example.com/a" },
            { "git+https://{0}{0}@github.com/a", "git+https://***@github.com/a" },
            { "https://x-token-auth:{0}@bitbucket.org/a", "https://x-token-auth:***@bitbucket.org/a" },
            { "https://oauth2:{0}@gitlab.com/a", "https://oauth2:***@gitlab.com/a" },
            { "Endpoint=x;Account Key={0};y", "Endpoint=x;Account Key=***;y" },
            { "Shared Access Key = {0};y", "Shared Access Key = ***;y" },
            { "?Access Token={0}&y", "?Access Token=***&y" },
            { "User Id=sa;SSL Password={0}", "User Id=sa;SSL Password=***" },
            { "api_key={0} password={0}", "api_key=*** password=***" },
            { "api_key=sk-{0}{0}&b", "api_key=***&b" },
            { "sk-{0}{0}", "***" },
            { "key sk-proj-{0}_{0}.", "key ***." },
            { "(pk-{0}{0})", "(***)" },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Find_shape_is_hidden(string line, string expected)
    {
        var hidden = _redactor.Redact(line.Replace("{0}", s_secret, StringComparison.Ordinal));
        Assert.Equal(expected, hidden);
        Assert.Same(hidden, _redactor.Redact(hidden));
    }

    [Theory]
    [InlineData("PK", 18)]
    [InlineData("AK", 18)]
    [InlineData("PK", 24)]
    [InlineData("AKIA", 16)]
    public void Find_alpaca_id_is_hidden(string prefix, int rest)
    {
        var id = prefix + RandomSecret.Capitals(rest);
        Assert.Equal("key *** is", _redactor.Redact($"key {id} is"));
        Assert.Equal("***", _redactor.Redact(id));
        Assert.Equal("'***',", _redactor.Redact($"'{id}',"));
        Assert.Equal("X" + id, _redactor.Redact("X" + id));
        Assert.Equal(id + "_x", _redactor.Redact(id + "_x"));
    }

    /// <summary>Innocent lines: each looks like a shape at first sight.</summary>
    [Theory]
    [InlineData("token=System.Threading.CancellationToken")]
    [InlineData("cancellationToken=System.Threading.CancellationToken")]
    [InlineData("ct: CancellationToken token = default")]
    [InlineData("tokens=1500 token=1500")]
    [InlineData("next_page_token=null")]
    [InlineData("keyboard=qwertz monkey=7 keys=3")]
    [InlineData("primary_key=order_id, foreign key: account_id")]
    [InlineData("Primary Key=order_id, the public key=a1b2c3d4e5, no/access key=version7")]
    [InlineData("https://:@host/ https://user:@host/ https://${TOKEN}:x-oauth-basic@github.com/a")]
    [InlineData("key=alpaca/api_key_id")]
    [InlineData("secret=alpaca/api_key_id version=7")]
    [InlineData("SecretId=prod/alpaca/credentials")]
    [InlineData("db/password: version7 of the secret")]
    [InlineData("{\"db/password\":\"version7\"}")]
    [InlineData("wrong password: try again")]
    [InlineData("password: expired 3 days ago")]
    [InlineData("has_password=true, password=null, password=")]
    [InlineData("password={Password} api_key=${API_KEY} password=<hidden> password=***")]
    [InlineData("if (password == null || password != other) password => x")]
    [InlineData("PWD=/srv/trading pwd=~/x")]
    [InlineData("the bearer token is missing")]
    [InlineData("Bearer error=\"invalid_token\"")]
    [InlineData("WWW-Authenticate: Bearer realm=\"x\"")]
    [InlineData("forbearer 12345678abc")]
    [InlineData("task-0123456789abcdef0 disk-0123456789abcdef0 risk-0123456789abcdef0")]
    [InlineData("sk-learn and sk-SK and pk-")]
    [InlineData("sk-a-rather-long-name-without-figures")]
    [InlineData("PKZIP AKTIENGESELLSCHAFT BACKPACK PK AK")]
    [InlineData("https://paper-api.alpaca.markets:443/v2?mail=a:b@c")]
    [InlineData("https://user@host/ http://host:8080/ mailto:a@b ssh git@host:path")]
    [InlineData("at Strongroom.Redaction.SecretRedactor.Redact(String text) in /src/A.cs:line 12")]
    [InlineData("2026-01-05T14:30:00.123Z order=7f9c24e8-3b1a-4c55-9d0e-1f2a3b4c5d6e qty=100 AAPL")]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("=")]
    [InlineData("K-b")]
    [InlineData("://")]
    public void Find_innocent_line_is_the_same_instance(string line)
    {
        Assert.Same(line, _redactor.Redact(line));
        // The same over the edge of a block of sixteen, and with something behind it.
        for (var pad = 1; pad < 17; pad++)
        {
            var padded = new string('.', pad) + " " + line + " " + new string('.', pad);
            Assert.Same(padded, _redactor.Redact(padded));
        }
    }

    [Fact]
    public void Find_shape_at_any_place_of_a_block_is_hidden()
    {
        for (var pad = 0; pad < 40; pad++)
        {
            var before = new string('.', pad);
            Assert.Equal($"{before} api_key=*** ...", _redactor.Redact($"{before} api_key={s_secret} ..."));
            Assert.Equal($"{before} Bearer ***", _redactor.Redact($"{before} Bearer {s_secret}"));
        }
    }

    [Fact]
    public void Find_any_text_ends_and_twice_is_once() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["=:-KPAsk \"'\\/@{}u02password*1"], 0, 80])
            .Sample(text =>
            {
                var once = _redactor.Redact(text);
                Assert.Equal(once, _redactor.Redact(once));
            });
}
