using System.Diagnostics;

namespace Strongroom.Testing.Tests.Vault;

public sealed class AuditTests : VaultTest
{
    private readonly TemporaryFolder folder = new();

    private string Log => Path.Combine(folder.Path, "audit.log");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task File_OfADevice_HasPathsAndHashesAndNoValue()
    {
        await EnableAsync(Log);
        var value = Random();
        (await Root.PostAsync("secret/data/a", new { data = new { value } })).Is(200);
        (await Root.GetAsync("secret/data/a")).Is(200);

        var text = await File.ReadAllTextAsync(Log, Ct);
        Assert.Contains("secret/data/a", text, StringComparison.Ordinal);
        Assert.DoesNotContain(value, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Vault.RootToken, text, StringComparison.Ordinal);
        var hash = (await Root.PostAsync("sys/audit-hash/file", new { input = value })).Data.GetProperty("hash").GetString()!;
        Assert.Contains(hash, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_AreListedAndGoneOnceDisabled()
    {
        await EnableAsync(Log);
        Assert.Equal(
            Log,
            (await Root.GetAsync("sys/audit"))
                .Data.GetProperty("file/")
                .GetProperty("options")
                .GetProperty("file_path")
                .GetString()!
        );
        (await Root.SendAsync("DELETE", "sys/audit/file")).Is(204);
        Assert.Empty((await Root.GetAsync("sys/audit")).Data.EnumerateObject());
    }

    [Fact]
    public async Task Device_WithoutSudo_IsDenied()
    {
        var token = await TokenAsync(new { policies = "default" });
        (await As(token).PostAsync("sys/audit/file", new { type = "file", options = new { file_path = Log } })).Is(403);
    }

    [Fact] // PROTOCOLS 43
    public async Task Request_ThatNoDeviceCanRecord_FailsWhileHealthIsFine()
    {
        await EnableAsync("/dev/full");
        (await Root.GetAsync("secret/config")).Is(500);
        (await Root.GetAsync("sys/health")).Is(200);
    }

    [Fact] // PROTOCOLS 43
    public async Task Request_WhoseDeviceBlocks_HangsWhileHealthIsFine()
    {
        var pipe = Path.Combine(folder.Path, "pipe");
        using (var made = Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync(Ct);
        var opening = Task.Run(
            () => new FileStream(pipe, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0),
            Ct
        );
        await EnableAsync(pipe);
        await using var reader = await opening;

        Task hanging;
        do
        {
            hanging = Root.GetAsync("secret/config");
            await Task.WhenAny(hanging, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Ct));
            (await Root.GetAsync("sys/health")).Is(200);
        } while (hanging.IsCompleted); // On a busy machine a request may take two seconds and not hang.

        var draining = reader.CopyToAsync(Stream.Null, Ct);
        await hanging.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        (await Root.SendAsync("DELETE", "sys/audit/file")).Is(204);
        await draining.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Fact]
    public async Task Snapshot_Restored_BringsBackWhatWas()
    {
        (await Root.PostAsync("secret/data/a", new { data = new { value = "first" } })).Is(200);
        using var http = new HttpClient { BaseAddress = Vault.Url };
        http.DefaultRequestVersion = System.Net.HttpVersion.Version11;
        var archive = await SnapshotAsync(http, HttpMethod.Get, null);
        Assert.DoesNotContain("first", System.Text.Encoding.Latin1.GetString(archive), StringComparison.Ordinal);
        (await Root.PostAsync("secret/data/a", new { data = new { value = "second" } })).Is(200);
        (await Root.PostAsync("secret/data/b", new { data = new { value = "new" } })).Is(200);

        await SnapshotAsync(http, HttpMethod.Post, archive);

        var read = await Root.GetAsync("secret/data/a");
        Assert.Equal("first", read.Data.GetProperty("data").GetProperty("value").GetString()!);
        Assert.Equal(1, read.Data.GetProperty("metadata").GetProperty("version").GetInt32());
        (await Root.GetAsync("secret/data/b")).Is(404);
    }

    private async Task EnableAsync(string file) =>
        (await Root.PostAsync("sys/audit/file", new { type = "file", options = new { file_path = file } })).Is(204);

    private async Task<byte[]> SnapshotAsync(HttpClient http, HttpMethod method, byte[]? archive)
    {
        using var request = new HttpRequestMessage(method, "/v1/sys/storage/raft/snapshot");
        request.Headers.Add("X-Vault-Token", Vault.RootToken);
        if (archive is not null)
            request.Content = new ByteArrayContent(archive);
        using var response = await http.SendAsync(request, Ct);
        Assert.True(response.IsSuccessStatusCode);
        return await response.Content.ReadAsByteArrayAsync(Ct);
    }
}
