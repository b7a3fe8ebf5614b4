using System.Collections;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Strongroom.Detection;
using Strongroom.Redaction;

namespace Strongroom.Tests.Redaction;

public class KnownValuesTests
{
    private static readonly JsonSerializerOptions s_relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly KnownValues _known = new();

    private string Hide(string text)
    {
        var parts = Find(_known, text);
        return parts is null ? text : RedactedRange.Mask(text, parts);
    }

    private static List<RedactedRange>? Find(KnownValues known, string text)
    {
        List<RedactedRange>? parts = null;
        var buffer = new byte[ByteChunk.BufferLength];
        for (var start = 0; start < text.Length; start += ByteChunk.Longest)
            known.Find(new ByteChunk(text, start, buffer), ref parts);
        return parts;
    }

    private static string[] Values =>
        [
            RandomSecret.Text(),
            RandomSecret.Text(8),
            RandomSecret.Awkward(),
            RandomSecret.Text(4000),
            "{\"a\":\"" + RandomSecret.Text() + "\",\n\"b\":1}",
        ];

    // No theory: a test's name would print the value.
    [Fact]
    public void Find_every_form_is_hidden() => Assert.All(Values, HideEveryForm);

    private void HideEveryForm(string text)
    {
        using var value = SecretValue.FromText(text);
        _known.Add(value);
        string Lower(string escaped) =>
            System.Text.RegularExpressions.Regex.Replace(escaped, "%..|\\\\u....", match => match.Value.ToLowerInvariant());
        string[] forms =
        [
            text,
            Uri.EscapeDataString(text),
            Lower(Uri.EscapeDataString(text)),
            Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal),
            WebUtility.UrlEncode(text),
            Lower(WebUtility.UrlEncode(text)!),
            JsonSerializer.Serialize(text)[1..^1],
            Lower(JsonSerializer.Serialize(text)[1..^1]),
            JsonSerializer.Serialize(text, s_relaxed)[1..^1],
            JsonSerializer.Serialize(text, s_relaxed)[1..^1].Replace("/", "\\/", StringComparison.Ordinal),
        ];
        foreach (var form in forms)
            Assert.Equal("before ***, after", Hide($"before {form}, after"));
    }

    [Fact]
    public void Find_base64_in_each_alignment_is_hidden()
    {
        Gen.Select(Gen.Byte.Array[8, 40], Gen.Byte.Array[0, 5], Gen.Byte.Array[0, 5], Gen.Bool)
            .Sample(
                (bytes, before, after, url) =>
                {
                    if (bytes.AsSpan().Trim(" \t\r\n"u8).Length != bytes.Length || IsShortText(bytes))
                        return;
                    var known = new KnownValues();
                    known.Add(SecretValue.FromBytes(bytes));
                    var encoded = Convert.ToBase64String([.. before, .. bytes, .. after]);
                    if (url)
                        encoded = encoded.Replace('+', '-').Replace('/', '_');
                    var parts = Find(known, encoded);
                    Assert.NotNull(parts);
                    // Every character with a bit of the value lies within what is hidden.
                    var first = 8 * before.Length / 6;
                    var last = ((8 * (before.Length + bytes.Length)) - 1) / 6;
                    Assert.Contains(parts, part => part.Start <= first && part.End > last);
                }
            );
        static bool IsShortText(byte[] bytes) => Encoding.UTF8.GetString(bytes).Length < 8;
    }

    [Fact]
    public void Find_basic_authorization_is_hidden()
    {
        var text = RandomSecret.Text();
        _known.Add(SecretValue.FromText(text));
        var header = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + text));
        Assert.DoesNotContain(header[8..^4], Hide("Authorization: Basic " + header), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_any_place_in_any_text_is_hidden() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 8, 40], Gen.String[0, 60], Gen.String[0, 60])
            .Sample(
                (text, before, after) =>
                {
                    var known = new KnownValues();
                    known.Add(SecretValue.FromText(text));
                    var redactor = new SecretRedactor(known);
                    var hidden = redactor.Redact(before + text + after);
                    Assert.DoesNotContain(text, hidden, StringComparison.Ordinal);
                    Assert.Equal(hidden, redactor.Redact(hidden));
                }
            );

    [Fact]
    public void Find_at_every_place_around_the_end_of_a_chunk_is_hidden_once()
    {
        var text = RandomSecret.Text(24);
        _known.Add(SecretValue.FromText(text));
        for (var before = ByteChunk.Longest - 40; before < ByteChunk.Longest + 10; before++)
        {
            var part = Assert.Single(Find(_known, new string('.', before) + text + "..")!);
            Assert.Equal(new RedactedRange(before, before + text.Length), part);
            Assert.Equal(part, Assert.Single(Find(_known, new string('.', before) + text)!));
        }
    }

    [Fact]
    public void Find_value_beyond_Latin_1_is_told_apart_from_others()
    {
        var text = RandomNumberGenerator.GetString("\u4e00\u4e01\u4e8c\u03b1\u03b2\u20ac\u00ff", 12) + "\u4e00";
        var other = text[..^1] + "\u4e01";
        _known.Add(SecretValue.FromText(text));
        Assert.Equal("\u4e8c***\u4e8c", Hide($"\u4e8c{text}\u4e8c"));
        Assert.Equal(other, Hide(other));
    }

    [Fact]
    public void Find_text_without_the_value_is_left_alone() =>
        Gen.Select(Gen.String[Gen.Char["abAB12"], 8, 12], Gen.String[Gen.Char["abAB12"], 0, 200])
            .Sample(
                (text, line) =>
                {
                    var known = new KnownValues();
                    known.Add(SecretValue.FromText(text));
                    Assert.Equal(line.Contains(text, StringComparison.Ordinal), Find(known, line) is not null);
                }
            );

    [Fact]
    public void Find_beginning_or_end_alone_is_left_alone()
    {
        // With the same letter at both ends, the last letter and the rest behind it would be the value once more.
        var text = "a" + RandomSecret.Text(22) + "b";
        _known.Add(SecretValue.FromText(text));
        Assert.Equal(text[..^1], Hide(text[..^1]));
        Assert.Equal(text[1..], Hide(text[1..]));
        Assert.Equal("***" + text[1..], Hide(text + text[1..]));
    }

    [Fact]
    public void Find_several_values_overlapping_and_repeated_become_one_mask_each_stretch()
    {
        var text = RandomSecret.Text(30);
        _known.Add(SecretValue.FromText(text.AsSpan(0, 20)));
        _known.Add(SecretValue.FromText(text.AsSpan(10)));
        Assert.Equal("***", Hide(text));
        Assert.Equal("*** ***", Hide($"{text} {text}"));
        Assert.Equal("***", Hide(text + text));
    }

    [Fact]
    public void Find_values_with_a_common_beginning_are_told_apart()
    {
        var start = RandomSecret.Text(12);
        for (var length = 1; length < 20; length++)
            _known.Add(SecretValue.FromText(start + RandomSecret.Text(length)));
        var last = start + RandomSecret.Text(7);
        _known.Add(SecretValue.FromText(last));
        Assert.Equal("a *** b", Hide($"a {last} b"));
        Assert.Equal(start + "-unknown", Hide(start + "-unknown"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("seven77")]
    [InlineData("four \u00e4\u00f6")]
    [InlineData("  seven77  ")]
    public void Add_under_eight_characters_is_hidden_by_type_only(string text)
    {
        _known.Add(SecretValue.FromText(text));
        Assert.Equal(0, _known.FingerprintCount);
        Assert.Equal($"a {text} b", Hide($"a {text} b"));
    }

    [Fact]
    public void Add_value_of_a_file_is_found_without_its_line_end()
    {
        var text = RandomSecret.Text();
        _known.Add(SecretValue.FromText(text + "\n"));
        Assert.Equal("a ***.", Hide($"a {text}."));
        Assert.Equal("a ***\n.", Hide($"a {text}\n."));
    }

    [Fact]
    public void Add_binary_value_is_hidden_in_base64_and_url_form()
    {
        byte[] bytes = [0xff, 0xfe, .. RandomNumberGenerator.GetBytes(30)];
        _known.Add(SecretValue.FromBytes(bytes));
        Assert.Equal("***=", Hide(Convert.ToBase64String(bytes)));
        Assert.Equal(
            "***",
            Hide(WebUtility.UrlEncode(Encoding.Latin1.GetString(bytes)) is var _ ? string.Concat(bytes.Select(Percent)) : "")
        );
        static string Percent(byte b) =>
            char.IsAsciiLetterOrDigit((char)b) || "-._~".Contains((char)b, StringComparison.Ordinal)
                ? ((char)b).ToString()
                : $"%{b:X2}";
    }

    [Fact]
    public void Add_plain_letters_take_no_fingerprint_twice()
    {
        _known.Add(SecretValue.FromText(RandomSecret.Text()));
        // Plain and three alignments of base64; the URL and JSON forms are the plain one.
        Assert.InRange(_known.FingerprintCount, 4, 7);
        var count = _known.FingerprintCount;
        var text = RandomSecret.Text();
        _known.Add(SecretValue.FromText(text));
        _known.Add(SecretValue.FromText(text));
        Assert.InRange(_known.FingerprintCount, count + 4, count + 7);
    }

    [Fact]
    public void Add_retired_value_stays_known()
    {
        var text = RandomSecret.Text();
        var value = SecretValue.FromText(text);
        _known.Add(value);
        value.Dispose();
        Assert.Equal("a *** b", Hide($"a {text} b"));
        Assert.Throws<SecretUnavailableException>(() => _known.Add(value));
    }

    [Fact]
    public void Add_past_the_capacity_forgets_the_oldest_retired_and_no_living()
    {
        var known = new KnownValues(capacity: 100);
        string living = RandomSecret.Text(),
            oldest = RandomSecret.Text(),
            latest = RandomSecret.Text();
        using var held = SecretValue.FromText(living);
        known.Add(held);
        Retire(oldest);
        for (var count = 0; count < 50; count++)
            Retire(RandomSecret.Text());
        Retire(latest);
        Assert.InRange(known.FingerprintCount, 1, 110);
        var redactor = new SecretRedactor(known);
        Assert.Equal("***", redactor.Redact(living));
        Assert.Equal("***", redactor.Redact(latest));
        Assert.Equal(oldest, redactor.Redact(oldest));

        void Retire(string text)
        {
            using var value = SecretValue.FromText(text);
            known.Add(value);
        }
    }

    [Fact]
    public void Add_thousands_of_values_are_all_found()
    {
        var texts = Enumerable.Range(0, 500).Select(_ => RandomSecret.Awkward()).ToList();
        foreach (var text in texts)
            _known.Add(SecretValue.FromText(text));
        foreach (var text in texts)
            Assert.Equal("<***>", Hide($"<{text}>"));
    }

    [Fact]
    public void Add_many_values_makes_the_table_again_a_few_times_only()
    {
        const int Many = 5_000;
        var values = Enumerable.Range(0, Many).Select(_ => RandomSecret.Text()).ToList();
        foreach (var text in values)
            _known.Add(SecretValue.FromText(text));
        Assert.InRange(_known.Rebuilds, 1, 10);
        Assert.All(values, text => Assert.Equal("<***>", Hide($"<{text}>")));
    }

    [Fact]
    public void Add_past_the_capacity_with_all_in_use_makes_the_table_again_a_few_times_only()
    {
        var known = new KnownValues(capacity: 100);
        var held = Enumerable.Range(0, 1_000).Select(_ => SecretValue.FromText(RandomSecret.Text())).ToList();
        foreach (var value in held)
            known.Add(value);
        // Each time with a quarter more room: log(5,000 / 100) / log(1.25) is 18.
        Assert.InRange(known.Rebuilds, 1, 25);
        GC.KeepAlive(held);
    }

    [Fact]
    public async Task Find_while_others_add_sees_whole_snapshots()
    {
        var text = RandomSecret.Text();
        _known.Add(SecretValue.FromText(text));
        using var done = new CancellationTokenSource();
        var adding = Task.Run(
            () =>
            {
                for (var count = 0; count < 300; count++)
                    _known.Add(SecretValue.FromText(RandomSecret.Text()));
                done.Cancel();
            },
            TestContext.Current.CancellationToken
        );
        while (!done.IsCancellationRequested)
            Assert.Equal("a *** b", Hide($"a {text} b"));
        await adding;
    }

    [Fact]
    public void Instance_holds_no_text_of_a_value()
    {
        var text = RandomSecret.Text();
        _known.Add(SecretValue.FromText(text));
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var queue = new Queue<object>([_known]);
        while (queue.TryDequeue(out var item))
        {
            // What only a weak reference reaches does not count as held.
            if (!seen.Add(item) || item is WeakReference<SecretValue> or Pointer || item is Type or MemberInfo)
                continue;
            Assert.False(item is SecretValue);
            if (item is string held)
                Assert.DoesNotContain(text[..4], held, StringComparison.Ordinal);
            if (item is char[] characters)
                Assert.DoesNotContain(text[..4], new string(characters), StringComparison.Ordinal);
            if (item is byte[] bytes)
                Assert.DoesNotContain(text[..4], Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
            if (item is IEnumerable elements and not string)
            {
                foreach (var element in elements)
                {
                    if (element is not null)
                        queue.Enqueue(element);
                }
            }
            for (var type = item.GetType(); type is not null && !type.IsPrimitive; type = type.BaseType)
            {
                foreach (
                    var field in type.GetFields(
                        BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly
                    )
                )
                {
                    if (!field.FieldType.IsPointer && !field.FieldType.IsPrimitive && field.GetValue(item) is { } child)
                        queue.Enqueue(child);
                }
            }
        }
        Assert.True(seen.Count > 10);
    }
}
