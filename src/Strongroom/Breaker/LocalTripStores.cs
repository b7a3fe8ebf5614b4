namespace Strongroom.Breaker;

/// <summary>The trips that services on this machine keep in files of their own, beside their journals.</summary>
public static class LocalTripStores
{
    /// <summary>The store of one service, which need not exist yet.</summary>
    /// <param name="journalFolder">The folder (<c>STRONGROOM_JOURNAL_DIR</c>).</param>
    /// <param name="service">The service's id.</param>
    public static ITripStore Of(string journalFolder, string service) =>
        new LocalTripFile(Path.Combine(journalFolder, service + LocalTripFile.Suffix));

    /// <summary>One store for each service that has such a file in a journal's folder, ordered by name.</summary>
    /// <param name="journalFolder">The folder (<c>STRONGROOM_JOURNAL_DIR</c>).</param>
    public static IReadOnlyList<ITripStore> FindAll(string journalFolder) =>
        [
            .. Directory
                .GetFiles(journalFolder, "*" + LocalTripFile.Suffix)
                .Order(StringComparer.Ordinal)
                .Select(path => new LocalTripFile(path)),
        ];
}
