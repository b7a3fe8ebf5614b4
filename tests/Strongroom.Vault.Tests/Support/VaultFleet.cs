using System.Globalization;
using Strongroom.Audit;
using Strongroom.Vault.Policies;

namespace Strongroom.Vault.Tests.Support;

/// <summary>Many instances of one service behind one address, each with an AppRole, a manager and a journal of its own, on one clock.</summary>
internal sealed class VaultFleet : IAsyncDisposable
{
    private VaultFleet(VaultRoom room, ManagedVault[] instances) => (Room, Instances) = (room, instances);

    public VaultRoom Room { get; }

    public ManagedVault[] Instances { get; }

    /// <summary>How many instances hold nothing but validated values.</summary>
    public int Healthy => Instances.Count(instance => instance.Manager.State.Bundles.All(bundle => bundle.Condition == BundleCondition.Healthy));

    /// <summary>The instances, built and not yet started.</summary>
    public static async Task<VaultFleet> BuildAsync(int count)
    {
        var room = await VaultRoom.StartAsync();
        await room.PutAsync("alpaca/credentials", new { api_key_id = VaultRoom.Fresh(), api_secret_key = VaultRoom.Fresh() });
        await room.PutAsync("database/password", new { value = VaultRoom.Fresh() });
        var policy = VaultPolicy.For(ManagedVault.Declaration, "", "secret");
        var instances = new ManagedVault[count];
        for (var i = 0; i < count; i++)
        {
            var name = "execution-" + i.ToString(CultureInfo.InvariantCulture);
            var backend = room.AppRoleBackend(await room.AppRoleAsync(name, policy));
            instances[i] = new ManagedVault(room, backend, name, new JournalRoom(Counters: 32, Records: 512));
        }
        return new VaultFleet(room, instances);
    }

    public Task StartAsync() => Task.WhenAll(Instances.Select(async instance =>
    {
        Assert.Empty(await instance.Runtime.FetchRequiredAsync(CancellationToken.None));
        await instance.Runtime.Breaker.RefreshAsync(CancellationToken.None);
    }));

    /// <summary>Lets time pass as each instance's timers would, and looks at the fleet after each step.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step, Action? look = null)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Room.Time.Advance(step);
            await Task.WhenAll(Instances.Select(async instance =>
            {
                await instance.Runtime.Refresh.RoundAsync();
                await instance.Backend.Session.KeepAlive.Work;
            })).WaitAsync(TimeSpan.FromSeconds(60));
            foreach (var instance in Instances)
                instance.Runtime.Watch.Tick();
            look?.Invoke();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in Instances)
            await instance.Runtime.DisposeAsync();
        await Room.DisposeAsync();
    }
}
