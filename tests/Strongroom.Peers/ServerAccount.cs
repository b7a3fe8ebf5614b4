using System.Diagnostics;

namespace Strongroom.Peers;

/// <summary>
/// Runs servers as a user that is not root: the current one where it is not, else as the account that Debian's package made.
/// </summary>
internal sealed class ServerAccount(string name)
{
    internal ProcessStartInfo Command(string program, params IEnumerable<string> arguments)
    {
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", name, "--regid", name, "--clear-groups", "--", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        // The test's own environment may hold what no server should see.
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.WorkingDirectory = "/";
        return start;
    }

    /// <summary>A new folder, closed to all others, that belongs to the account.</summary>
    internal async Task<string> MakeFolderAsync(string prefix, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory(prefix).FullName;
        await GiveAsync(folder, ct);
        return folder;
    }

    internal async Task GiveAsync(string path, CancellationToken ct)
    {
        if (Environment.IsPrivilegedProcess)
            await RunAsync(new ProcessStartInfo("chown", [$"{name}:", path]), ct);
    }

    internal static async Task RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {await output}{await errors}");
    }
}
