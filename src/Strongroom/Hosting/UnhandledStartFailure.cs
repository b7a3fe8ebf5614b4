namespace Strongroom.Hosting;

/// <summary>
/// Ends a process whose start failed with an unhandled exception by one message and an exit code, instead of the runtime's stack
/// trace and SIGABRT. A host that catches the exception is not affected.
/// </summary>
internal static class UnhandledStartFailure
{
    private static int s_isWatching;
    private static volatile bool s_hasStarted;

    internal static void Watch()
    {
        if (Interlocked.Exchange(ref s_isWatching, 1) == 0)
            AppDomain.CurrentDomain.UnhandledException += (_, unhandled) => End(unhandled.ExceptionObject as Exception);
    }

    /// <summary>From here on, an unhandled exception is a crash and not a failed start.</summary>
    internal static void Started() => s_hasStarted = true;

    private static void End(Exception? exception)
    {
        if (s_hasStarted || exception is null)
            return;
        var failure = StartFailure.FromException(exception);
        Console.Error.WriteLine(failure.Message);
        Environment.Exit(failure.ExitCode);
    }
}
