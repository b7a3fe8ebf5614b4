using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.Cli.Migration;
using Strongroom.Detection;
using Strongroom.Env;
using Strongroom.Hosting;
using Strongroom.Redaction;

namespace Strongroom.Cli.Tests.Detection;

/// <summary>
/// What one of the three users of the table takes for a credential, all do: the redactor in a line of a log, the check of plain
/// configuration, and <c>migrate</c>.
/// </summary>
public class DetectionAgreementTests
{
    /// <summary>It says nothing, so that the value alone decides.</summary>
    private const string Name = "ENTRY_7";

    private const int Samples = 40;

    private readonly ISecretRedactor _redactor = CreateRedactor();
    private readonly EntryClassifier _classifier = new(
        new DeclaredVariables([], "", static secret => secret.StoredName),
        new Decisions([]),
        "vault"
    );

    public static TheoryData<int, string> Rows =>
        new(
            CredentialPatterns.All.Select(
                static (form, index) =>
                    (index, form is CredentialPattern { Literal: var literal } ? literal : form.GetType().Name)
            )
        );

    public static TheoryData<string> Innocents =>
        new(
            Guid.NewGuid().ToString(),
            Hex(40),
            "sha256:" + Hex(64),
            Hex(64),
            "registry.example.com/desk@sha256:" + Hex(64),
            "iVBORw0KGgo" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(600)).Replace('+', 'A').Replace('/', 'B'),
            "AAABAAEAEBAQAAEABAAoAQAAFgAAACgAAAAQAAAAIAAAAAEABAAAAAAAgAAAAAAAAAAAAAAAEAAAAAAAAAA=",
            "v1.2.3-4-g" + Hex(8),
            "2026-01-05T14:30:00.123Z",
            "Basic authentication",
            "the bearer token is missing",
            "token=System.Threading.CancellationToken",
            "/var/lib/strongroom/journal",
            "us-east-1"
        );

    [Theory]
    [MemberData(nameof(Rows))]
    public void Sample_of_each_row_is_a_credential_to_all_three(int row, string name)
    {
        _ = name;
        var form = CredentialPatterns.All[row];
        for (var i = 0; i < Samples; i++)
        {
            var (before, hidden) = CredentialSample.Of(form);
            // The text behind a URL's password may be shown.
            var secret = hidden.Split('@')[0];
            Assert.DoesNotContain(secret, _redactor.Redact($"started with {before}{hidden}"), StringComparison.Ordinal);
            Assert.False(_classifier.IsHarmless(Name, Encoding.UTF8.GetBytes(before + hidden)));
            Assert.True(IsSecretToMigrate(before + hidden), form.Description);
            Assert.NotNull(CheckOf(before + hidden));
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Neighbour_of_a_row_is_a_credential_to_none(int row, string name)
    {
        _ = name;
        if (CredentialPatterns.All[row] is not CredentialPattern { KeepsLiteral: false } pattern)
            return;
        var sample = CredentialSample.Of(pattern, CredentialSample.LengthOf(pattern));
        List<string> neighbours = ["X" + sample, pattern.Literal, pattern.Literal + "name"];
        if (pattern.Checksum != CredentialChecksum.None)
            neighbours.Add(sample[..^1] + Other(sample[^1]));
        // A longer alphabet behind a shorter run is the same credential; another form may know a length that this one does not.
        if (pattern.Shortest > 8 && pattern.Checksum == CredentialChecksum.None)
            neighbours.Add(CredentialSample.Of(pattern, 8));
        foreach (var neighbour in neighbours.Where(static one => !OtherFormKnows(one)))
        {
            Assert.Equal($"id {neighbour} seen", _redactor.Redact($"id {neighbour} seen"));
            Assert.False(IsSecretToMigrate(neighbour), "migrate");
            Assert.Null(CheckOf(neighbour));
        }
    }

    [Theory]
    [MemberData(nameof(Innocents))]
    public void Innocent_value_is_a_credential_to_none(string value)
    {
        Assert.Equal($"seen {value} here", _redactor.Redact($"seen {value} here"));
        Assert.Null(CheckOf(value));
        Assert.Null(CredentialDetector.Find(value));
    }

    /// <summary>The one form that only settings have: a log's list of small numbers is no key.</summary>
    [Fact]
    public void List_of_bytes_is_a_credential_in_settings_and_not_in_logs()
    {
        var list = $"[{string.Join(',', RandomNumberGenerator.GetBytes(64))}]";

        Assert.Equal($"latencies {list}", _redactor.Redact($"latencies {list}"));
        Assert.NotNull(CheckOf(list));
        Assert.True(IsSecretToMigrate(list));
    }

    [Fact]
    public void Every_row_names_a_public_source() =>
        Assert.All(CredentialPatterns.All, static form => Assert.Equal("https", new Uri(form.Source).Scheme));

    private static ISecretRedactor CreateRedactor()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddStrongroom(new ConfigurationBuilder().Build());
        return services.BuildServiceProvider().GetRequiredService<ISecretRedactor>();
    }

    private static char Other(char c) =>
        c == 'Q' ? 'P'
        : c == 'q' ? 'p'
        : char.IsUpper(c) ? 'Q'
        : 'q';

    private static bool OtherFormKnows(string text) => text.Length < 8 || text.StartsWith("XPK", StringComparison.Ordinal);

    private static SecretConfigurationException? CheckOf(string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    [Name] = value,
                    ["DEPLOYMENT_ENV"] = "production",
                    ["SECRET_BACKEND"] = "vault",
                    ["SECRET_NAMESPACE"] = "production/",
                }
            )
            .Build();
        return StartSettings.Read(configuration, null, ["vault"]).FindPlainSecrets(configuration, null);
    }

    private bool IsSecretToMigrate(string value)
    {
        using var file = DotenvFile.Parse(
            [.. Encoding.UTF8.GetBytes(Name + "="), .. DotenvQuoting.Quote(Encoding.UTF8.GetBytes(value), Name), (byte)'\n'],
            "test"
        );
        var entries = _classifier.Classify(file);
        var kind = entries[0].Kind;
        entries.ForEach(static entry => entry.Dispose());
        return kind is EntryKind.Secret or EntryKind.Url;
    }

    private static string Hex(int length) => RandomNumberGenerator.GetHexString(length, lowercase: true);
}
