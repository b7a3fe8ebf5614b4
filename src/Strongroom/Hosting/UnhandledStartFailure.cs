namespace Strongroom.Hosting;

/// <summary>
/// Ends a process whose start nobody caught with one message and an exit code, in place of the runtime's stack trace and SIGABRT.
/// A host that catches what its start throws decides alone.
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

    /// <summary>From here on, an exception that nobody catches is a crash and no failed start.</summary>
    internal static void Started() => s_hasStarted = true;

    private static void End(Exception? exception)
    {
        if (s_hasStarted || exception is null)
            return;
        var failure = StartFailure.Of(exception);
        Console.Error.WriteLine(failure.Message);
        Environment.Exit(failure.ExitCode);
    }
}
