using System.Globalization;
using Strongroom.Journaling;
using Strongroom.Vault.Policies;

namespace Strongroom.Vault.Tests.Support;

/// <summary>
/// Many instances of one service behind one address: one AppRole, and each with a secret id, a manager and a journal of its own,
/// on one clock.
/// </summary>
internal sealed class VaultFleet : IAsyncDisposable
{
    private VaultFleet(VaultFixture fixture, ManagedVault[] instances) => (Fixture, Instances) = (fixture, instances);

    public VaultFixture Fixture { get; }

    public ManagedVault[] Instances { get; }

    /// <summary>How many instances hold nothing but validated values.</summary>
    public int Healthy =>
        Instances.Count(instance => instance.Manager.State.Bundles.All(bundle => bundle.Condition == BundleCondition.Healthy));

    /// <summary>The instances, built and not yet started.</summary>
    public static async Task<VaultFleet> BuildAsync(int count)
    {
        var fixture = await VaultFixture.StartAsync();
        await fixture.PutAsync(
            "alpaca/credentials",
            new { api_key_id = VaultFixture.Fresh(), api_secret_key = VaultFixture.Fresh() }
        );
        await fixture.PutAsync("database/password", new { value = VaultFixture.Fresh() });
        var (roleId, _) = await fixture.AppRoleAsync("execution", VaultPolicy.For(ManagedVault.Declaration, "", "secret"));
        var secretIds = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => fixture.SecretIdAsync("execution")));
        return new VaultFleet(
            fixture,
            [
                .. secretIds.Select(
                    (secretId, i) =>
                        new ManagedVault(
                            fixture,
                            fixture.AppRoleBackend((roleId, secretId)),
                            "execution-" + i.ToString(CultureInfo.InvariantCulture),
                            new JournalCapacity(Counters: 32, Records: 512)
                        )
                ),
            ]
        );
    }

    /// <summary>All at once. A machine that is slow to take their connections makes them try again, as a start does.</summary>
    public Task StartAsync() =>
        Task.WhenAll(
            Instances.Select(async instance =>
            {
                for (
                    var attempt = 1;
                    await instance.Runtime.FetchRequiredAsync(CancellationToken.None) is { Count: > 0 } errors;
                    attempt++
                )
                    Assert.True(attempt < 20 && errors.All(failed => failed.Error.IsTransient), errors[0].Error.Message);
                await instance.Runtime.Breaker.RefreshAsync(CancellationToken.None);
            })
        );

    /// <summary>Validates a share of the instances after each step, so that what they have left differs.</summary>
    public async Task RefreshInTurnAsync(int groups, TimeSpan step)
    {
        for (var group = 0; group < groups; group++)
        {
            Fixture.Time.Advance(step);
            await Task.WhenAll(
                Instances
                    .Where((_, i) => i % groups == group)
                    .Select(instance => instance.Runtime.RefreshAsync(CancellationToken.None).AsTask())
            );
        }
    }

    /// <summary>Lets time pass as each instance's timers would, and looks at the fleet after each step.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step, Action? look = null)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Fixture.Time.Advance(step);
            await Task.WhenAll(
                    Instances.Select(async instance =>
                    {
                        await instance.Runtime.Refresh.RoundAsync();
                        await instance.Backend.Session.TokenRenewal.Work;
                    })
                )
                .WaitAsync(TimeSpan.FromSeconds(60));
            foreach (var instance in Instances)
                instance.Runtime.Watch.Tick();
            look?.Invoke();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in Instances)
            await instance.Runtime.DisposeAsync();
        await Fixture.DisposeAsync();
    }
}
