using System.Runtime.CompilerServices;

namespace Strongroom.Tests.Shared;

/// <summary>Waits for another thread or process. The limit only ends a test that hangs, and names what it waits for.</summary>
internal static class Waiting
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    internal static Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        UntilAsync(isSo, static () => { }, what);

    /// <summary>Does something before each look, such as moving a clock.</summary>
    internal static async Task UntilAsync(
        Func<bool> isSo,
        Action betweenLooks,
        [CallerArgumentExpression(nameof(isSo))] string what = ""
    )
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var look = 0; !isSo(); look++)
        {
            if (TimeProvider.System.GetElapsedTime(began) > s_limit)
                throw new TimeoutException($"After {s_limit.TotalMinutes} minutes this is still false: {what}");
            betweenLooks();
            // What takes longer than a moment is another process's, and needs the processor.
            await (look < 10_000 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
            await Task.Yield();
        }
    }
}
