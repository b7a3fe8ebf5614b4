using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Strongroom.Testing.Tests.Leaks;

public sealed class LeakDetectorTests
{
    // Every character that some encoding changes, around what no one else has.
    private readonly string secret = $"a+/=\"<ü>\\ {RandomNumberGenerator.GetHexString(24, lowercase: true)}?&";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Scan_CleanText_FindsNothing()
    {
        var scan = new LeakDetector(secret).Scan("nothing to see", "log");
        Assert.True(scan.IsClean);
        Assert.Equal((1, 14L), (scan.Sources, scan.Bytes));
        Assert.Empty(scan.Canaries);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("hex")]
    [InlineData("HEX")]
    [InlineData("url")]
    [InlineData("url-lower")]
    [InlineData("form")]
    [InlineData("json")]
    [InlineData("json-lower")]
    [InlineData("json-relaxed")]
    [InlineData("json-slash")]
    [InlineData("utf-16le")]
    [InlineData("utf-16be")]
    public void Scan_EncodedByTheLibrary_IsFoundInThatForm(string form)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var encoded = form switch
        {
            "plain" => bytes,
            "hex" => Ascii(Convert.ToHexStringLower(bytes)),
            "HEX" => Ascii(Convert.ToHexString(bytes)),
            "url" => Ascii(Uri.EscapeDataString(secret)),
            "url-lower" => Ascii(LowerPercent(Uri.EscapeDataString(secret))),
            "form" => Ascii(Uri.EscapeDataString(secret).Replace("%20", "+", StringComparison.Ordinal)),
            "json" => Ascii(JsonSerializer.Serialize(secret)),
            "json-lower" => Ascii(
                JsonSerializer
                    .Serialize(secret)
                    .Replace("\\u002B", "\\u002b", StringComparison.Ordinal)
                    .Replace("\\u003C", "\\u003c", StringComparison.Ordinal)
                    .Replace("\\u003E", "\\u003e", StringComparison.Ordinal)
                    .Replace("\\u00FC", "\\u00fc", StringComparison.Ordinal)
            ),
            "json-relaxed" => Encoding.UTF8.GetBytes(
                JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString()
            ),
            "json-slash" => Encoding.UTF8.GetBytes(
                JsonEncodedText
                    .Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
                    .ToString()
                    .Replace("/", "\\/", StringComparison.Ordinal)
            ),
            "utf-16le" => Encoding.Unicode.GetBytes(secret),
            _ => Encoding.BigEndianUnicode.GetBytes(secret),
        };
        byte[] text = [.. "before "u8, .. encoded, .. " after"u8];
        var find = Assert.Single(new LeakDetector(secret).Scan(text, "log").Finds);
        Assert.Equal(("log", form, "1"), (find.Source, find.Form, find.Secret));
        Assert.InRange(find.Offset, 7, 8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Scan_InsideALongerBase64Text_IsFoundAtEveryAlignment(int alignment)
    {
        byte[] whole = [.. new byte[alignment + 3], .. Encoding.UTF8.GetBytes(secret), .. "tail"u8];
        var text = Convert.ToBase64String(whole);
        Assert.StartsWith(
            $"base64+{alignment}",
            Assert.Single(new LeakDetector(secret).Scan(text, "log").Finds).Form,
            StringComparison.Ordinal
        );
        var url = text.Replace('+', '-').Replace('/', '_');
        Assert.Contains(
            "+" + alignment,
            Assert.Single(new LeakDetector(secret).Scan(url, "log").Finds).Form,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Scan_OfBytesThatAreNoText_FindsThem()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        key[0] = 0xFF;
        var detector = new LeakDetector([KeyValuePair.Create("key", key)]);
        Assert.Equal("key", Assert.Single(detector.Scan(key, "raw").Finds).Secret);
        Assert.Equal("hex", Assert.Single(detector.Scan(Convert.ToHexStringLower(key), "log").Finds).Form);
    }

    [Fact]
    public void Scan_OfSeveralAndOverlappingSecrets_NamesEach()
    {
        var detector = new LeakDetector(secret, secret[5..], "unrelated");
        var finds = detector.Scan($"{secret} {secret}", "log").Finds;
        Assert.Equal(["1", "2", "1", "2"], finds.Where(f => f.Form == "plain").Select(f => f.Secret));
    }

    [Fact]
    public void LeakFind_Printed_HoldsNoSecret()
    {
        var scan = new LeakDetector(secret).Scan(secret, "log");
        Assert.DoesNotContain(secret, string.Join(' ', scan.Finds), StringComparison.Ordinal);
        Assert.False(scan.IsClean);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    public void Constructor_WithAShortSecret_Refuses(string value) =>
        Assert.Throws<ArgumentException>(() => new LeakDetector(value));

    [Fact]
    public async Task ScanAsync_AcrossEveryBorderOfAChunk_FindsItOnce()
    {
        var detector = new LeakDetector(secret);
        var value = Encoding.UTF8.GetBytes(secret);
        const int chunk = 1 << 18;
        for (var start = chunk - value.Length - 1; start <= chunk + 1; start++)
        {
            var content = new byte[chunk * 2];
            value.CopyTo(content, start);
            var scan = await detector.ScanAsync(new MemoryStream(content), "stream", Ct);
            Assert.Equal(start, Assert.Single(scan.Finds).Offset);
            Assert.Equal(content.Length, scan.Bytes);
        }
    }

    [Fact]
    public async Task ScanAsync_OfAStreamInSmallPieces_FindsItOnce()
    {
        var content = Encoding.UTF8.GetBytes($"some {secret} text {secret}");
        var scan = await new LeakDetector(secret).ScanAsync(new TricklingStream(content), "stream", Ct);
        Assert.Equal([5, content.Length - Encoding.UTF8.GetByteCount(secret)], scan.Finds.Select(f => f.Offset));
    }

    [Fact]
    public async Task ScanTree_OfFilesNamesAndOpenDatabases_FindsAll()
    {
        using var folder = new TemporaryFolder();
        var token = RandomNumberGenerator.GetHexString(32);
        await File.WriteAllTextAsync(folder.File("deep/er/app.log"), $"GET /?key={token}", Ct);
        await File.WriteAllBytesAsync(folder.File("audit.db-wal"), [0, 1, 2, .. Encoding.Unicode.GetBytes(token)], Ct);
        await File.WriteAllTextAsync(folder.File($"dump-{token}.txt"), "clean", Ct);
        await File.WriteAllTextAsync(folder.File("empty"), "", Ct);
        await using var held = new FileStream(folder.File("journal"), FileMode.Create, FileAccess.Write, FileShare.Read);
        await held.WriteAsync(Ascii(token), Ct);
        await held.FlushAsync(Ct);
        var scan = await new LeakDetector(token).ScanTreeAsync(folder.Path, Ct);
        Assert.Equal(
            ["app.log", "audit.db-wal", "journal", folder.Path.Split('/')[^1]],
            scan.Finds.Select(f => System.IO.Path.GetFileName(f.Source)).Order()
        );
        Assert.Equal((4, false), (scan.Sources, scan.IsClean));
        Assert.Contains(scan.Finds, f => f.Form == "utf-16le" && f.Offset == 3);
        Assert.DoesNotContain(scan.Finds, f =>
            f.Source.Contains("name of", StringComparison.Ordinal) && f.Source.Contains(token, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task ScanFile_ThatCannotBeRead_IsNotClean()
    {
        using var folder = new TemporaryFolder();
        var scan = await new LeakDetector(secret).ScanFileAsync(folder.File("missing"), Ct);
        Assert.Equal(folder.File("missing"), Assert.Single(scan.Unreadable));
        Assert.False(scan.IsClean);
    }

    [Fact]
    public async Task ScanFile_ThatIsLockedByItsWriter_IsLookedThrough()
    {
        using var folder = new TemporaryFolder();
        var detector = new LeakDetector(secret);
        await using var journal = new FileStream(
            folder.File("journal"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None
        );
        await journal.WriteAsync(Encoding.UTF8.GetBytes(secret), Ct);
        await journal.FlushAsync(Ct);
        Assert.Single((await detector.ScanFileAsync(journal.Name, Ct)).Finds);
    }

    [Fact]
    public async Task ScanTree_WithALinkToItself_Ends()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.File("loop"), folder.Path);
        Assert.True((await new LeakDetector(secret).ScanTreeAsync(folder.Path, Ct)).IsClean);
    }

    [Fact]
    public async Task Canary_InAFile_IsToldApartFromSecrets()
    {
        using var folder = new TemporaryFolder();
        var detector = new LeakDetector(secret);
        await File.WriteAllTextAsync(folder.File("log"), $"started {detector.Canary}", Ct);
        var scan = await detector.ScanTreeAsync(folder.Path, Ct);
        Assert.True(scan.IsClean);
        Assert.Equal((8, "plain"), (Assert.Single(scan.Canaries).Offset, scan.Canaries[0].Form));
        Assert.NotEqual(detector.Canary, new LeakDetector(secret).Canary);
    }

    [Fact]
    public async Task ScanAndProve_OfADirectory_SeesEveryFormAndCleansUp()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("log"), secret, Ct);
        var detector = new LeakDetector(secret);
        var scan = await detector.ScanAndProveAsync(folder.Path, Ct);
        Assert.Equal(18, scan.Canaries.Select(c => c.Form).Distinct().Count());
        Assert.Single(scan.Finds);
        Assert.Equal([folder.File("log")], Directory.GetFileSystemEntries(folder.Path));
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static string LowerPercent(string text)
    {
        var lowered = new StringBuilder(text);
        for (var i = 0; i < lowered.Length; i++)
            if (lowered[i] == '%')
                (lowered[i + 1], lowered[i + 2]) = (char.ToLowerInvariant(lowered[i + 1]), char.ToLowerInvariant(lowered[i + 2]));
        return lowered.ToString();
    }

    /// <summary>Gives at most three bytes at a time, as a socket may.</summary>
    private sealed class TricklingStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(3, buffer.Length)], cancellationToken);
    }
}
