using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strongroom.StartBenchmarks;

/// <summary>
/// One start of a program, with an environment that holds nothing but what it is given. It is asked to end when this is disposed,
/// and made to where it does not.
/// </summary>
internal sealed class StartedProgram : IAsyncDisposable
{
    /// <summary>The setting that says what is asked for; it is for this class alone.</summary>
    internal const string AnswerPath = "START_BENCHMARK_PATH";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);
    private static readonly string[] s_inherited = ["PATH", "HOME", "DOTNET_ROOT"];

    private readonly StringBuilder _errors = new();
    private readonly StartSeries _series;
    private readonly IPEndPoint _address;
    private readonly Process _process;
    private readonly long _began;

    private StartedProgram(StartSeries series, IReadOnlyDictionary<string, string> more)
    {
        _series = series;
        var ports = FreePorts.Take(2);
        _address = new IPEndPoint(IPAddress.Loopback, ports[0]);
        var start = new ProcessStartInfo(series.Path)
        {
            WorkingDirectory = Path.GetDirectoryName(series.Path)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var inherited = s_inherited.Where(start.Environment.ContainsKey).Select(name => (name, start.Environment[name])).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited)
            start.Environment[name] = value;
        foreach (var (name, value) in series.Settings.Concat(more))
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = $"http://{_address}";
        start.Environment["MANAGEMENT_URL"] = $"http://127.0.0.1:{ports[1]}";
        _began = Stopwatch.GetTimestamp();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    internal static StartedProgram Start(StartSeries series, params (string Name, string Value)[] more) =>
        new(series, more.ToDictionary(one => one.Name, one => one.Value));

    /// <summary>Waits for the first answer, and says what it took.</summary>
    internal async Task<MeasuredStart> AnswerAsync(CancellationToken ct)
    {
        while (!await IsAnsweredAsync(ct))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}:\n{_errors}");
            if (Stopwatch.GetElapsedTime(_began) > s_limit)
                throw new InvalidOperationException($"{Name} has not answered after {s_limit.TotalSeconds:0} s.");
            await Task.Delay(s_look, TimeProvider.System, ct);
        }
        var took = Stopwatch.GetElapsedTime(_began);
        return new MeasuredStart(took.TotalMilliseconds, ProcessorClock.Of(_process.Id).TotalMilliseconds, MostResident());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            ProcessorClock.AskToEnd(_process.Id);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15), TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
        _process.Dispose();
    }

    private string Name => $"{_series.Program} ({_series.Mode})";

    private async Task<bool> IsAnsweredAsync(CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var connecting = new SocketAsyncEventArgs { RemoteEndPoint = _address };
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connecting.Completed += (_, _) => connected.SetResult();
        // Without the exception that a refused connection costs: it is refused some hundred times.
        if (socket.ConnectAsync(connecting))
            await connected.Task.WaitAsync(ct);
        if (connecting.SocketError != SocketError.Success)
            return false;
        var request = $"GET {_series.Settings[AnswerPath]} HTTP/1.1\r\nHost: {_address}\r\nConnection: close\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), ct);
        var answer = new byte[64];
        var length = await socket.ReceiveAsync(answer, ct);
        return answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8);
    }

    private double MostResident()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status")
            .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }
}
