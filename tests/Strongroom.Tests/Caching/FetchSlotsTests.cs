using Strongroom.Bundles;
using Strongroom.Caching;
using Strongroom.Tests.Support;

namespace Strongroom.Tests.Caching;

/// <summary>Thousands of secrets, and no thousands of sockets; and those that hang hold up no other.</summary>
public sealed class FetchSlotsTests
{
    private const int Hanging = 100;

    [Fact]
    public async Task Start_with_five_thousand_secrets_has_16_to_64_requests_under_way_and_the_required_ones_first()
    {
        var backend = new ProgrammableBackend();
        using var fixture = new Fixture(declaration: Declare(5000, index => index >= 2500), backend: backend);
        var asked = new List<string>();
        backend.Asked = request =>
        {
            lock (asked)
                asked.Add(request.Path.Path);
        };
        var gates = Enumerable.Range(0, 5000).Select(index => backend.Hang(Path(index))).ToList();
        var start = fixture.Runtime.FetchRequiredAsync(CancellationToken.None).AsTask();
        Assert.InRange(backend.MostAtOnce, 16, 64);
        Assert.All(asked, path => Assert.True(int.Parse(path[5..], null) >= 2500));

        // Optional ones that went before would hang in every slot, and leave none to those that are required.
        gates[2500..].ForEach(gate => gate.SetResult());
        await Waiting.UntilAsync(() => Asked().Count(path => int.Parse(path[5..], null) >= 2500) == 2500);
        gates[..2500].ForEach(gate => gate.SetResult());
        Assert.Empty(await start);
        Assert.InRange(backend.MostAtOnce, 16, 64);
        Assert.Equal(5000, Asked().Distinct().Count());

        List<string> Asked()
        {
            lock (asked)
                return [.. asked];
        }
    }

    [Fact]
    public async Task Names_that_hang_take_no_slot_for_ever_from_those_that_answer()
    {
        using var fixture = new Fixture(declaration: Declare(Hanging + 50, _ => true), failuresToBreak: int.MaxValue);
        for (var i = 0; i < Hanging; i++)
            fixture.Backend.Hang(Path(i));
        var first = fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        await PassUntilAsync(fixture, () => first.IsCompleted);
        Assert.Equal(Hanging, (await first).Count);

        // They hang again, and those that answer do so while no time passes at all.
        var second = fixture.Runtime.RefreshAsync(CancellationToken.None).AsTask();
        var healthy = Enumerable.Range(Hanging, 50).ToList();
        await Waiting.UntilAsync(() => healthy.TrueForAll(index => fixture.Backend.CallsFor(Path(index)) == 2));
        Assert.False(second.IsCompleted);

        // Nor does one that a caller waits for queue behind those without a caller.
        fixture.Backend.Unhang(Path(Hanging - 1));
        var read = fixture.Manager.GetAsync(SecretName.Parse(Path(Hanging - 1))).AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await read.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        await PassUntilAsync(fixture, () => second.IsCompleted);
    }

    [Fact]
    public async Task Turns_of_one_that_is_hastened_count_once()
    {
        var slots = new FetchSlots();
        var running = Enumerable.Range(0, FetchSlots.Most).Select(_ => new FetchTurn(isFailing: false)).ToList();
        Assert.All(running, turn => Assert.True(slots.EnterAsync(turn, isUrgent: false).IsCompleted));
        var (late, hastened) = (new FetchTurn(isFailing: false), new FetchTurn(isFailing: false));
        var (lateBegun, hastenedBegun) = (slots.EnterAsync(late, isUrgent: false), slots.EnterAsync(hastened, isUrgent: false));
        slots.Hasten(hastened);

        slots.Leave(running[0]);
        await hastenedBegun;
        Assert.False(lateBegun.IsCompleted);
        slots.Leave(hastened);
        await lateBegun;
        running.Skip(1).Append(late).ToList().ForEach(slots.Leave);
        Assert.All(running, _ => Assert.True(slots.EnterAsync(new FetchTurn(isFailing: false), isUrgent: false).IsCompleted));
    }

    [Fact]
    public void Hasten_of_one_that_waits_however_often_holds_no_more_than_one_place()
    {
        var slots = new FetchSlots();
        for (var i = 0; i < FetchSlots.Most; i++)
            _ = slots.EnterAsync(new FetchTurn(isFailing: false), isUrgent: false);
        FetchTurn[] waiting = [new(isFailing: false), new(isFailing: false)];
        _ = slots.EnterAsync(waiting[0], isUrgent: false);
        _ = slots.EnterAsync(waiting[1], isUrgent: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++)
            slots.Hasten(waiting[i % 2]);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000);
    }

    private static string Path(int index) => $"some/{index:0000}";

    private static string Declare(int count, Func<int, bool> isRequired)
    {
        var secrets = Enumerable
            .Range(0, count)
            .Select(index => $$"""{ "name": "{{Path(index)}}", "required": {{(isRequired(index) ? "true" : "false")}} }""");
        return $$"""{ "service": "test_service", "secrets": [ {{string.Join(", ", secrets)}} ] }""";
    }

    private static Task PassUntilAsync(Fixture fixture, Func<bool> isSo) =>
        Waiting.UntilAsync(() =>
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return isSo();
        });
}
