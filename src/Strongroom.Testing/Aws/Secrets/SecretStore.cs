namespace Strongroom.Testing.Aws.Secrets;

/// <summary>All secrets of one account in all regions. Its callers hold <see cref="Gate"/>.</summary>
internal sealed class SecretStore(string account, TimeProvider time, TimeSpan nameReuseDelay, ListViews lists)
{
    private readonly List<StoredSecret> secrets = [];
    private readonly Dictionary<(string Region, string Name), DateTimeOffset> blocked = [];

    public Lock Gate { get; } = new();

    public ListViews Lists => lists;

    public Replication Replication => field ??= new Replication(this);

    public string Account => account;

    public DateTimeOffset Now => time.GetUtcNow();

    public IEnumerable<StoredSecret> All
    {
        get
        {
            Purge();
            return secrets;
        }
    }

    public StoredSecret? ByName(string region, string name) => All.FirstOrDefault(s => s.Region == region && s.Name == name);

    /// <summary>By name, whole ARN, or an ARN without its last seven characters where nothing else can be meant.</summary>
    public StoredSecret? Find(string region, string id)
    {
        if (!SecretArn.TryParse(id, out var arn))
            return ByName(region, id);
        if (arn.Region != region || arn.Account != account)
            return null;
        return All.FirstOrDefault(s => s.Region == region && s.Address.Resource == arn.Resource)
            ?? (arn.LooksComplete ? null : ByName(region, arn.Resource));
    }

    public bool IsNameBlocked(string region, string name) => blocked.TryGetValue((region, name), out var until) && Now < until;

    public void Add(StoredSecret secret)
    {
        secrets.Add(secret);
        Publish(secret);
    }

    public void Remove(StoredSecret secret)
    {
        secrets.Remove(secret);
        lists.Withdraw(secret, Now);
        if (nameReuseDelay > TimeSpan.Zero)
            blocked[(secret.Region, secret.Name)] = Now + nameReuseDelay;
    }

    /// <summary>Shows a change: in lists, and in the secret's replicas.</summary>
    public void Changed(StoredSecret secret)
    {
        secret.Changed = Now;
        Publish(secret);
        Replication.Copy(secret);
    }

    public void Publish(StoredSecret secret) => lists.Publish(secret, Now);

    // In place of the service's background task: what is past its window is gone at the next look.
    private void Purge()
    {
        foreach (var secret in secrets.Where(s => s.Deletion <= Now).ToList())
            Remove(secret);
    }
}
