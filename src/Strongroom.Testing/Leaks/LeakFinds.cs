namespace Strongroom.Testing;

/// <summary>Gathers the finds of one source.</summary>
internal sealed class LeakFinds(string source)
{
    private readonly List<LeakFind> secrets = [];
    private readonly List<LeakFind> canaries = [];

    /// <summary>Where in the source the text under search begins.</summary>
    public long Base { get; set; }

    public void Add(int offset, string? secret, string form)
    {
        if (secret is null)
            canaries.Add(new LeakFind(source, Base + offset, form, "canary"));
        else
            secrets.Add(new LeakFind(source, Base + offset, form, secret));
    }

    public LeakScan Scan(long bytes) => new(secrets, canaries, [], 1, bytes);
}
