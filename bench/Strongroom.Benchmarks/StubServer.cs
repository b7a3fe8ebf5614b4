using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Benchmarks;

/// <summary>
/// Answers every request identically on a thread that does not allocate, so that only the client is measured. One thread serves
/// all connections, so that the scheduler treats all contenders alike. Only the end of a request is parsed.
/// </summary>
internal sealed class StubServer : IDisposable
{
    private const int MaxConnections = 256;

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly TimeSpan _delay;
    private readonly byte[] _answer;
    private int _requests,
        _trips;

    private StubServer(string type, string body, TimeSpan delay)
    {
        _delay = delay;
        _answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: {type}\r\nDate: "
                + $"{DateTimeOffset.UnixEpoch.AddYears(56):R}\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    internal static StubServer Vault(TimeSpan delay = default) =>
        new(
            "application/json",
            $$$"""
            {"request_id":"{{{Guid.NewGuid()}}}","lease_id":"","renewable":false,"lease_duration":0,
            "data":{"data":{"value":"{{{Value()}}}"},
            "metadata":{"created_time":"2026-11-24T14:30:00.123456789Z","custom_metadata":null,"deletion_time":"",
            "destroyed":false,"version":3}},"wrap_info":null,"warnings":null,
            "auth":{"client_token":"hvs.{{{Value()}}}","lease_duration":3600,"renewable":true}}
            """.ReplaceLineEndings(""),
            delay
        );

    internal static StubServer SecretsManager(TimeSpan delay = default) =>
        new("application/x-amz-json-1.1", SecretOfAws("database/password"), delay);

    /// <summary>Answers a batch read of these names.</summary>
    internal static StubServer SecretsManager(IEnumerable<string> names, TimeSpan delay) =>
        new(
            "application/x-amz-json-1.1",
            $$"""{"SecretValues":[{{string.Join(',', names.Select(SecretOfAws))}}],"Errors":[]}""",
            delay
        );

    private static string SecretOfAws(string name) =>
        $$"""
            {"ARN":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:{{name}}-AbCdEf","CreatedDate":1795534200.123,
            "Name":"{{name}}","SecretString":"{{Value()}}","VersionId":"{{Guid.NewGuid()}}","VersionStages":["AWSCURRENT"]}
            """.ReplaceLineEndings("");

    internal int Requests => Volatile.Read(ref _requests);

    /// <summary>How often a request came while none was under way: those that are answered side by side are one trip.</summary>
    internal int Trips => Volatile.Read(ref _trips);

    internal Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    private static string Value() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public void Dispose() => _listener.Dispose();

    private void Serve()
    {
        var waiting = new ProgressReporter[MaxConnections + 1];
        var connections = new Connection[waiting.Length];
        waiting[0] = new ProgressReporter((int)_listener.Handle);
        var count = 1;
        while (Poll(waiting, count, NextDue(connections.AsSpan(1, count - 1))) >= 0)
        {
            if (waiting[0].IsThere)
            {
                if (_listener.SafeHandle.IsClosed)
                    return;
                var socket = _listener.Accept();
                socket.NoDelay = true;
                // The place of one that has gone, if there is one.
                var place = Array.FindIndex(waiting, 1, count - 1, one => one.IsGone) is > 0 and var free ? free : count++;
                connections[place] = new Connection(socket, new byte[8192]);
                waiting[place] = new ProgressReporter((int)socket.Handle);
            }
            for (var i = 1; i < count; i++)
            {
                if (waiting[i].IsThere)
                {
                    if (!connections[i].Take())
                    {
                        connections[i].Close();
                        waiting[i] = new ProgressReporter(-1);
                    }
                    else if (connections[i].IsWhole)
                        Accept(ref connections[i], isFirst: NextDue(connections.AsSpan(1, count - 1)) < 0);
                }
                if (connections[i].Due is { } due && due <= Stopwatch.GetTimestamp())
                    connections[i].Answer(_answer);
            }
        }
    }

    private void Accept(ref Connection connection, bool isFirst)
    {
        _requests++;
        _trips += isFirst ? 1 : 0;
        connection.Due = Stopwatch.GetTimestamp() + (_delay.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
    }

    private static int NextDue(ReadOnlySpan<Connection> connections)
    {
        var next = long.MaxValue;
        foreach (ref readonly var connection in connections)
            next = Math.Min(next, connection.Due ?? long.MaxValue);
        return next == long.MaxValue
            ? -1
            : (int)Math.Ceiling(Math.Max(0, next - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency);
    }

    private struct Connection(Socket socket, byte[] buffer)
    {
        private int _length;

        internal long? Due { get; set; }

        internal readonly bool IsWhole
        {
            get
            {
                var head = buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8);
                return head >= 0 && _length >= head + 4 + BodyLength(buffer.AsSpan(0, head));
            }
        }

        /// <summary>Takes what has come. False where the other end has gone.</summary>
        internal bool Take()
        {
            var read = socket.Receive(buffer, _length, buffer.Length - _length, SocketFlags.None, out _);
            _length += read;
            return read > 0;
        }

        internal readonly void Close() => socket.Dispose();

        internal void Answer(byte[] answer)
        {
            (_length, Due) = (0, null);
            socket.Send(answer, 0, answer.Length, SocketFlags.None, out _);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ProgressReporter(int handle)
    {
        private readonly int _handle = handle;
        private readonly short _for = 1;
        private readonly short _found;

        internal readonly bool IsThere => _found != 0;

        internal readonly bool IsGone => _handle < 0;
    }

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll([In, Out] ProgressReporter[] waiting, nint count, int milliseconds);

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : 0;
    }
}
