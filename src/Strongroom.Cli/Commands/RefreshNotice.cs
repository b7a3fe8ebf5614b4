using Strongroom.Cli.Output;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Commands;

/// <summary>When services that run see what was written.</summary>
internal static class RefreshNotice
{
    internal static void Write(CommandContext context)
    {
        if (!context.Terminal.IsErrorTerminal)
            return;
        var refresh = context.Settings.Options.CacheRefresh;
        var length =
            refresh.TotalSeconds % 60 == 0
                ? Quantity.Format((long)refresh.TotalMinutes, "minute")
                : Quantity.Format((long)refresh.TotalSeconds, "second");
        context.Terminal.Note($"running services see it within {length} (SECRET_CACHE_REFRESH)");
    }
}
