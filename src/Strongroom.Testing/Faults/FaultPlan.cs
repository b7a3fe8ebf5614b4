using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing;

/// <summary>
/// The faults that an in-process server shows, changed while it runs. The first one that matches a request strikes it.
/// </summary>
/// <param name="timeProvider">The time that <see cref="Fault.Slow"/> waits by. Default the system's.</param>
public sealed class FaultPlan(TimeProvider? timeProvider = null)
{
    private readonly Lock gate = new();
    private readonly List<ActiveFault> faults = [];

    internal TimeProvider Time { get; } = timeProvider ?? TimeProvider.System;

    /// <summary>Adds a fault after the existing ones.</summary>
    /// <param name="fault">What happens.</param>
    /// <param name="trigger">Which requests; null is <see cref="FaultTrigger.Always"/>.</param>
    public ActiveFault Add(Fault fault, FaultTrigger? trigger = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (trigger?.PathPrefix is { } prefix && !prefix.StartsWith('/'))
            throw new ArgumentException($"{nameof(FaultTrigger.PathPrefix)} starts with '/'.", nameof(trigger));
        if (trigger?.ExceptPathPrefix is { } except && !except.StartsWith('/'))
            throw new ArgumentException($"{nameof(FaultTrigger.ExceptPathPrefix)} starts with '/'.", nameof(trigger));
        var active = new ActiveFault(this, fault, trigger ?? FaultTrigger.Always);
        lock (gate)
            faults.Add(active);
        return active;
    }

    /// <summary>Strikes the next request, or the next few, and then no more.</summary>
    /// <param name="fault">What happens.</param>
    /// <param name="times">How often.</param>
    public ActiveFault AddForNext(Fault fault, int times = 1) => Add(fault, new FaultTrigger { Times = times });

    /// <summary>Ends all faults; requests that hang go on.</summary>
    public void Clear()
    {
        List<ActiveFault> all;
        lock (gate)
            all = [.. faults];
        foreach (var fault in all)
            fault.Clear();
    }

    /// <summary>Whether even a connection is refused, before any request is read.</summary>
    internal bool RefusesConnections
    {
        get
        {
            lock (gate)
                return faults.Exists(f => f.Fault is DownFault && f.Trigger.StrikesEverything);
        }
    }

    internal void Remove(ActiveFault fault)
    {
        lock (gate)
            faults.Remove(fault);
    }

    internal Task StrikeAsync(HttpContext context, RequestDelegate next) =>
        Find(context.Request) is { } active
            ? active.Fault.StrikeAsync(new FaultStrike(context, next, Time, active.Cleared))
            : next(context);

    // A spent fault stays listed: its requests may hang still, and only those in the list are cleared together.
    private ActiveFault? Find(HttpRequest request)
    {
        lock (gate)
            return faults.Find(f => f.Trigger.Strikes(request) && f.Claim());
    }
}

/// <summary>Puts a <see cref="FaultPlan"/> in front of a server.</summary>
public static class FaultPlanExtensions
{
    /// <summary>Adds the plan's faults to the pipeline from here on.</summary>
    /// <param name="app">The server's pipeline.</param>
    /// <param name="plan">The faults.</param>
    public static IApplicationBuilder UseFaults(this IApplicationBuilder app, FaultPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return app.Use(plan.StrikeAsync);
    }
}
