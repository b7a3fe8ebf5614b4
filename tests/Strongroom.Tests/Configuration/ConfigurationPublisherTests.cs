using Microsoft.Extensions.Primitives;
using Strongroom.Configuration;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Configuration;

public sealed class ConfigurationPublisherTests
{
    private const string Declaration = """
        { "service": "test_service",
          "secrets": [ { "name": "database/password", "configurationKey": "Database:Password" } ] }
        """;

    [Fact]
    public async Task Update_tells_watchers_of_a_new_version_and_of_nothing_else()
    {
        using var fixture = new Fixture(declaration: Declaration);
        using var provider = new SecretConfigurationProvider();
        await fixture.StartAsync();
        var show = fixture.Runtime.CreateConfigurationPublisher(provider);
        show.Update();
        var told = new TaskCompletionSource();
        using var watch = ChangeToken.OnChange(provider.GetReloadToken, told.SetResult);
        show.Update();
        Assert.False(told.Task.IsCompleted);

        fixture.Backend.Rotate("database/password");
        await fixture.Runtime.RefreshAsync(CancellationToken.None);
        show.Update();
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.True(provider.TryGet("database:password", out var value));
        Assert.Equal(fixture.Backend.ValueOf("database/password", 2), value);
    }
}
