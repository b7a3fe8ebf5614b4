namespace Strongroom.Testing;

/// <summary>A secret that was found where none belongs. Says where and in which form, never what.</summary>
/// <param name="Source">The file, or what the caller named the text.</param>
/// <param name="Offset">The byte at which it begins.</param>
/// <param name="Form">How it was written, as <c>base64+1</c>.</param>
/// <param name="Secret">Which one: its name, or its place in the list that the detector was made of.</param>
public sealed record LeakFind(string Source, long Offset, string Form, string Secret);

/// <summary>What a scan found, and what it looked at.</summary>
/// <param name="Finds">Secrets, in the order of sources and offsets.</param>
/// <param name="Canaries">Finds of the detector's own <see cref="LeakDetector.Canary"/>: proof that it looked there.</param>
/// <param name="Unreadable">Files that could not be read. A scan that has any proves nothing about them.</param>
/// <param name="Sources">How many texts, streams and files were read.</param>
/// <param name="Bytes">How many bytes.</param>
public sealed record LeakScan(
    IReadOnlyList<LeakFind> Finds,
    IReadOnlyList<LeakFind> Canaries,
    IReadOnlyList<string> Unreadable,
    int Sources,
    long Bytes
)
{
    /// <summary>No secret was found and nothing was left unread.</summary>
    public bool IsClean => Finds.Count == 0 && Unreadable.Count == 0;

    internal static LeakScan Join(IReadOnlyCollection<LeakScan> scans) =>
        new(
            [.. scans.SelectMany(s => s.Finds)],
            [.. scans.SelectMany(s => s.Canaries)],
            [.. scans.SelectMany(s => s.Unreadable)],
            scans.Sum(s => s.Sources),
            scans.Sum(s => s.Bytes)
        );
}
