using Microsoft.Extensions.Hosting;

namespace Strongroom.Hosting;

/// <summary>
/// Ends a process whose start failed with an unhandled exception by one message and an exit code, instead of the runtime's stack
/// trace and SIGABRT. A start that was asked to stop has not failed: it ends with exit code 0 and without a message. A host that
/// catches the exception is not affected.
/// </summary>
internal static class UnhandledStartFailure
{
    private static int s_isWatching;
    private static volatile bool s_hasStarted;
    private static volatile IHostApplicationLifetime? s_lifetime;

    internal static void Watch()
    {
        if (Interlocked.Exchange(ref s_isWatching, 1) == 0)
            AppDomain.CurrentDomain.UnhandledException += (_, unhandled) => End(unhandled.ExceptionObject as Exception);
    }

    /// <summary>The host whose start is watched.</summary>
    internal static void Starting(IHostApplicationLifetime? lifetime) => s_lifetime = lifetime;

    /// <summary>From here on, an unhandled exception is a crash and not a failed start.</summary>
    internal static void Started() => s_hasStarted = true;

    private static void End(Exception? exception)
    {
        if (s_hasStarted || exception is null)
            return;
        if (StartFailure.IsStop(exception, s_lifetime))
            Environment.Exit(0);
        var failure = StartFailure.FromException(exception);
        Console.Error.WriteLine(failure.Message);
        Environment.Exit(failure.ExitCode);
    }
}
