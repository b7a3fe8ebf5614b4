using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>A set of names of one bundle is read for each request that a service sends.</summary>
public sealed class SetReadTests
{
    [Fact]
    public async Task Set_of_one_bundle_in_memory_allocates_itself_and_little_more()
    {
        using var fixture = new Fixture();
        await fixture.StartAsync();
        SecretName[] pair = [Fixture.KeyId, Fixture.SecretKey];
        SecretSet? read = null;
        var bytes = Allocations.LeastOf(() =>
        {
            var pending = fixture.Manager.GetAsync(pair);
            read = pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("A hit waits.");
        });
        Assert.Equal(pair, read!.Select(secret => secret.Name));
        // A build without optimization allocates for each async method too.
        Assert.InRange(bytes / 100, 1, 640);
    }
}
