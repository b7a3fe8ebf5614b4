using System.Text.Json.Nodes;

namespace Strongroom.Testing.Vault;

/// <summary>A login that exists, whose password changes from time to time. Changed under its gate only.</summary>
internal sealed class StaticRole(string database, string user, TimeSpan period) : IDisposable
{
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public string Database => database;

    public string User => user;

    public TimeSpan Period { get; set; } = period;

    public string Password { get; set; } = "";

    public DateTimeOffset RotatedAt { get; set; }

    public ITimer? Timer { get; set; }

    public JsonObject ToCredentials(DateTimeOffset now) =>
        new()
        {
            ["last_vault_rotation"] = GoTime.Nanoseconds(RotatedAt),
            ["password"] = Password,
            ["rotation_period"] = (long)Period.TotalSeconds,
            ["ttl"] = (long)Math.Max(0, Math.Ceiling((RotatedAt + Period - now).TotalSeconds)),
            ["username"] = User,
        };

    public JsonObject ToJson() =>
        new()
        {
            ["db_name"] = Database,
            ["last_vault_rotation"] = GoTime.Nanoseconds(RotatedAt),
            ["rotation_period"] = (long)Period.TotalSeconds,
            ["rotation_statements"] = new JsonArray(),
            ["username"] = User,
        };

    public void Dispose() => Timer?.Dispose();
}
