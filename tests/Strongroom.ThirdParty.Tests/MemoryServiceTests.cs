using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom.Backends;

namespace Strongroom.ThirdParty.Tests;

/// <summary>A service that registers a backend of its own.</summary>
public sealed class MemoryServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strongroom-third-party-").FullName;

    [Fact]
    public async Task AddBackend_of_another_assembly_serves_reads_under_its_name()
    {
        var ct = TestContext.Current.CancellationToken;
        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var name = SecretName.Parse("broker/key");
        var store = new MemoryStore();
        using (var value = SecretValue.FromText(text))
            await new MemoryBackend(store).WriteAsync(new SecretWrite(new SecretLocation(name, name), value), ct);
        var declaration = Path.Combine(_folder, "secrets.json");
        await File.WriteAllTextAsync(
            declaration,
            """{ "service": "third_party", "secrets": [ { "name": "broker/key" } ] }""",
            ct
        );
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DEPLOYMENT_ENV"] = "test",
                ["SECRET_BACKEND"] = MemoryBackend.BackendName,
                ["STRONGROOM_JOURNAL_DIR"] = Path.Combine(_folder, "journal"),
            }
        );
        builder
            .Services.AddStrongroom(builder.Configuration, options => options.DeclarationPath = declaration)
            .AddBackend(MemoryBackend.BackendName, context => new MemoryBackend(store, context.Options.Namespace));
        using var host = builder.Build();
        await host.StartAsync(ct);

        var secret = await host.Services.GetRequiredService<ISecretManager>().GetAsync(name, ct);

        Assert.Equal(text, secret.Value.Reveal());
        Assert.Equal(MemoryBackend.BackendName, host.Services.GetRequiredService<StrongroomInfo>().Backend);
        await host.StopAsync(ct);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
