using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Strongroom.Unix;

namespace Strongroom.Deployment;

/// <summary>One line of the ledger.</summary>
internal sealed record BreakGlassEntry(DateTimeOffset From, DateTimeOffset Until, string Operator, string Reason, int ProcessId)
{
    /// <summary>In which life of the machine it began; null where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Boot { get; init; }

    /// <summary>On the monotonic clock of that life.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? SinceBoot { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BreakGlassEntry))]
internal sealed partial class BreakGlassJson : JsonSerializerContext;

/// <summary>
/// The one way around the guardrail: the lasting record of every opening, which is what holds it to 4 hours in 24 across
/// restarts. A line counts once it ends with a line feed: the opening is granted only after that was flushed, so a torn last line
/// granted nothing and is cut off.
/// </summary>
/// <remarks>
/// How long ago an opening was is a length: the monotonic clock says it while the machine runs. After a restart of the machine
/// only the wall clock is left, and what seems to be still to come counts as having just ended: no clock that was set back makes
/// 4 hours longer.
/// </remarks>
internal sealed class BreakGlassLedger(string folder, TimeProvider time, string? boot)
{
    private const uint Root = 0;

    internal const string FileName = "break-glass.jsonl";

    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    private const long LongestFile = 1024 * 1024;

    private string LedgerPath => Path.Combine(folder, FileName);

    /// <summary>
    /// Reads the operator's file, holds it to the limits, and records the opening. Audit, health and metrics are the caller's to
    /// tell.
    /// </summary>
    /// <exception cref="SecretRefusedException">The file or the ledger does not allow it
    /// (<see cref="SecretErrorCode.Guardrail"/>).</exception>
    internal static ValueTask<BreakGlass> OpenAsync(string path, string journalFolder, TimeProvider time, CancellationToken ct) =>
        OpenAsync(path, journalFolder, time, Root, ct);

    internal static ValueTask<BreakGlass> OpenAsync(
        string path,
        string journalFolder,
        TimeProvider time,
        uint trustedOwner,
        CancellationToken ct
    ) =>
        new BreakGlassLedger(journalFolder, time, ReadBoot()).OpenAsync(
            BreakGlassFile.Read(path, time.GetUtcNow(), trustedOwner),
            ct
        );

    /// <summary>Records an opening from now on.</summary>
    /// <exception cref="SecretRefusedException">It would be more than 4 hours in 24, or cannot be recorded.</exception>
    internal async ValueTask<BreakGlass> OpenAsync(BreakGlassFile file, CancellationToken ct)
    {
        try
        {
            UnixFile.CreateOwnerOnlyFolder(folder);
            using var held = await FolderLock.AcquireAsync(folder, time, ct).ConfigureAwait(false)
                ?? throw Refused("another process keeps it locked. Start again");
            using var stream = OpenFile();
            var earlier = ReadEntries(stream);
            var (now, sinceBoot) = (time.GetUtcNow(), time.GetElapsedTime(0));
            var entry = new BreakGlassEntry(now, file.Until, file.Operator, file.Reason, Environment.ProcessId)
            {
                Boot = boot,
                SinceBoot = boot is null ? null : sinceBoot,
            };
            if (LongestInAnyDay([.. Placed(earlier, now, boot, sinceBoot), entry]) > BreakGlass.MaxDuration)
            {
                // Whatever comes before this line cannot have been later, so that it too is over one day.
                if (earlier is [.., var newest] && newest.From > now)
                    Append(stream, entry with { Until = now, Reason = "refused: the clock was set back" });
                throw Refused(
                    $"with this opening it would have been open for more than {BreakGlass.MaxDuration.TotalHours} hours within "
                        + "24. Use vault or aws, or wait"
                );
            }
            Append(stream, entry);
            return new BreakGlass(file.Operator, file.Reason, now, file.Until);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            throw Refused($"{e.Message.TrimEnd('.')}. What is not recorded is not granted");
        }
    }

    /// <summary>The machine's boot, which its monotonic clock belongs to; null if it is unknown.</summary>
    internal static string? ReadBoot()
    {
        try
        {
            return File.ReadAllText(BootIdPath).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// The openings as the wall clock of now would have seen them. They stand in the order in which they were made.
    /// </summary>
    private static IEnumerable<BreakGlassEntry> Placed(
        IReadOnlyList<BreakGlassEntry> entries,
        DateTimeOffset now,
        string? boot,
        TimeSpan sinceBoot
    )
    {
        var latest = now;
        foreach (var entry in entries.Reverse())
        {
            var length = entry.Until - entry.From;
            var from = entry.From;
            if (boot is not null && entry.Boot == boot && entry.SinceBoot <= sinceBoot)
                from = now - (sinceBoot - entry.SinceBoot.Value);
            else if (from > latest)
                from = latest - length;
            latest = from < latest ? from : latest;
            yield return entry with
            {
                From = from,
                Until = from + length,
            };
        }
    }

    private void Append(FileStream stream, BreakGlassEntry entry)
    {
        stream.Write(JsonSerializer.SerializeToUtf8Bytes(entry, BreakGlassJson.Default.BreakGlassEntry));
        stream.WriteByte((byte)'\n');
        stream.Flush(flushToDisk: true);
        UnixFile.FlushFolder(folder);
    }

    /// <summary>The longest time, overlaps counted once, that lies within any window of 24 hours; later entries count too, since
    /// a clock may have been set back.</summary>
    internal static TimeSpan LongestInAnyDay(IReadOnlyList<BreakGlassEntry> entries)
    {
        var day = TimeSpan.FromHours(24);
        var open = new List<(DateTimeOffset From, DateTimeOffset Until)>();
        foreach (var entry in entries.Where(entry => entry.Until > entry.From).OrderBy(entry => entry.From))
        {
            if (open.Count > 0 && entry.From <= open[^1].Until)
                open[^1] = (open[^1].From, entry.Until > open[^1].Until ? entry.Until : open[^1].Until);
            else
                open.Add((entry.From, entry.Until));
        }
        // The sum changes its slope only where a window's edge meets an interval's, so its peak begins or ends at one.
        var last = entries[^1];
        return open.SelectMany(one => new[] { one.From, one.Until - day })
            .Where(start => start < last.Until && start + day > last.From)
            .Select(start => open.Aggregate(TimeSpan.Zero, (sum, one) => sum + Overlap(one.From, one.Until, start, start + day)))
            .DefaultIfEmpty(TimeSpan.Zero)
            .Max();
    }

    private static TimeSpan Overlap(DateTimeOffset from, DateTimeOffset until, DateTimeOffset start, DateTimeOffset end)
    {
        var overlap = (until < end ? until : end) - (from > start ? from : start);
        return overlap > TimeSpan.Zero ? overlap : TimeSpan.Zero;
    }

    private FileStream OpenFile()
    {
        return UnixFile.OpenChecked(LedgerPath, Check, FileAccess.ReadWrite) is { } handle
            ? new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0)
            : UnixFile.CreateOwnerOnly(LedgerPath);

        void Check(UnixFileStatus file)
        {
            if (
                !file.IsRegular
                || (file.Mode & UnixFile.OthersAny) != 0
                || (file.User != 0 && file.User != UnixFile.CurrentUser)
                || file.Size > LongestFile
            )
                throw Refused(
                    "it is no regular file of this user or root, closed to all others, of at most 1 MiB. Move it away and "
                        + "look into why"
                );
        }
    }

    private List<BreakGlassEntry> ReadEntries(FileStream stream)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        stream.SetLength(whole);
        stream.Position = whole;
        var entries = new List<BreakGlassEntry>();
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                entries.Add(
                    JsonSerializer.Deserialize(line, BreakGlassJson.Default.BreakGlassEntry) ?? throw new JsonException()
                );
            }
            catch (JsonException)
            {
                throw Refused(
                    $"line {entries.Count + 1} is malformed, so it is unknown how long it was open. Move the file away and "
                        + "look into why"
                );
            }
        }
        return entries;
    }

    private SecretRefusedException Refused(string problem) =>
        new(
            SecretErrorCode.Guardrail,
            $"Break-glass is refused by its ledger {LedgerPath}: {problem}.",
            backend: BackendChoice.Env
        );
}
