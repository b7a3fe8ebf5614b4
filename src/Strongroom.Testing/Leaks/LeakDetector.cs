using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Testing;

/// <summary>
/// Looks for secrets in text, streams and files, in every form in which they are likely to be written: plain, base64 in
/// its three alignments, base64url, URL-encoded, JSON-escaped, hex and UTF-16. It keeps the values and is for tests only.
/// </summary>
public sealed class LeakDetector
{
    private const int ShortestSecret = 6;
    private const int ChunkLength = 1 << 18;

    private readonly LeakPatterns patterns;

    /// <summary>Creates a detector of named secrets.</summary>
    /// <param name="secrets">Names, which finds repeat, and values of at least six bytes.</param>
    public LeakDetector(IEnumerable<KeyValuePair<string, byte[]>> secrets)
    {
        var known = secrets.ToList();
        if (known.Exists(s => s.Value.Length < ShortestSecret))
            throw new ArgumentException(
                $"A secret of fewer than {ShortestSecret} bytes would be found everywhere.",
                nameof(secrets)
            );
        // These characters make each form of the canary differ from every other, base64 from base64url too.
        Canary = $"canary <\"+/> ??????{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        CanaryForms = LeakForm.Of(Encoding.UTF8.GetBytes(Canary));
        patterns = new LeakPatterns(
            known
                .SelectMany(s => LeakForm.Of(s.Value).Select(form => ((string?)s.Key, form)))
                .Concat(CanaryForms.Select(form => ((string?)null, form)))
        );
    }

    /// <summary>Creates a detector of values, which finds identify by their position, from 1.</summary>
    /// <param name="secrets">Values of at least six bytes each.</param>
    public LeakDetector(params string[] secrets)
        : this(
            secrets.Select(
                (value, i) => KeyValuePair.Create((i + 1).ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(value))
            )
        ) { }

    /// <summary>A random text that is not a secret, to be written where the detector will search.</summary>
    public string Canary { get; }

    internal IReadOnlyList<LeakForm> CanaryForms { get; }

    /// <summary>Looks through bytes.</summary>
    /// <param name="content">Where to look.</param>
    /// <param name="source">What finds call it.</param>
    public LeakScan Scan(ReadOnlySpan<byte> content, string source)
    {
        var finds = new LeakFinds(source);
        Span<char> text = new char[content.Length];
        Encoding.Latin1.GetChars(content, text);
        patterns.Find(text, 0, finds.Add);
        return finds.Scan(content.Length);
    }

    /// <summary>Looks through text.</summary>
    /// <param name="content">Where to look; offsets count its UTF-8 bytes.</param>
    /// <param name="source">What finds call it.</param>
    public LeakScan Scan(string content, string source) => Scan(Encoding.UTF8.GetBytes(content), source);

    /// <summary>Looks through a stream to its end.</summary>
    /// <param name="content">Where to look.</param>
    /// <param name="source">What finds call it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<LeakScan> ScanAsync(Stream content, string source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var finds = new LeakFinds(source);
        var bytes = ArrayPool<byte>.Shared.Rent(ChunkLength);
        var text = new char[patterns.Longest + bytes.Length];
        long total = 0;
        try
        {
            // What is kept of the last chunk is one short of the longest pattern, so that nothing hides on the border.
            var kept = 0;
            while (await content.ReadAsync(bytes, cancellationToken) is var read and > 0)
            {
                Encoding.Latin1.GetChars(bytes.AsSpan(0, read), text.AsSpan(kept));
                finds.Base = total - kept;
                patterns.Find(text.AsSpan(0, kept + read), kept, finds.Add);
                total += read;
                var keep = Math.Min(patterns.Longest - 1, kept + read);
                text.AsSpan(kept + read - keep, keep).CopyTo(text);
                kept = keep;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
        return finds.Scan(total);
    }

    /// <summary>Looks through a file, also one that another process is writing: logs, SQLite files, journals.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<LeakScan> ScanFileAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var file = UnlockedFile.OpenRead(path);
            return await ScanAsync(file, path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LeakScan([], [], [path], 0, 0);
        }
    }

    /// <summary>
    /// Looks through all files of a directory and those below, and through their names. Links are not followed.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<LeakScan> ScanTreeAsync(string directory, CancellationToken cancellationToken = default)
    {
        var all = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = false,
        };
        List<LeakScan> scans = [];
        foreach (var path in Directory.EnumerateFiles(directory, "*", all).Order(StringComparer.Ordinal))
        {
            var name = Scan(Path.GetRelativePath(directory, path), $"name of a file in {directory}");
            scans.Add(name with { Sources = 0, Bytes = 0 });
            // Pipes and sockets have no length, and opening one would wait for its other end. What its owner has removed
            // meanwhile, such as a journal that was left because it was read, is no file any more.
            if (new FileInfo(path) is not { Exists: true, Length: > 0 })
                continue;
            var scan = await ScanFileAsync(path, cancellationToken);
            if (scan.Unreadable.Count == 0 || File.Exists(path))
                scans.Add(scan);
        }
        return LeakScan.Join(scans);
    }
}
