using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Strongroom.Testing;

/// <summary>
/// What the servers have in common that run as programs of their own: how they end, and how they tell why they cannot start.
/// </summary>
internal static class ServerProgram
{
    /// <summary>Runs until Ctrl-C or SIGTERM.</summary>
    internal static async Task<int> UntilEndedAsync(Func<CancellationToken, Task<int>> run, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        return await run(ended.Token);

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ended.Cancel();
        }
    }

    /// <summary>Serves, and gives the exit code: 0 ended, 1 could not start, which is reported in one line.</summary>
    internal static async Task<int> ServeAsync(string name, int port, TextWriter stderr, Func<Task> serve, CancellationToken ct)
    {
        try
        {
            await serve();
            await stderr.WriteLineAsync($"{name}: ended");
            return 0;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return await FailAsync(
                name,
                stderr,
                1,
                $"port {port} is in use on 127.0.0.1: end the program that has it, or give another with --port"
            );
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IOException)
        {
            return await FailAsync(name, stderr, 1, e.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
    }

    internal static async Task<int> FailAsync(string name, TextWriter stderr, int code, string message)
    {
        await stderr.WriteLineAsync($"{name}: {message}");
        return code;
    }
}
