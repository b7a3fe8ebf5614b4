using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Benchmarks;

/// <summary>
/// Answers every request in the same way, on a thread that allocates nothing: what is counted is the client's. Nothing is read of a
/// request but where it ends.
/// </summary>
internal sealed class StubServer : IDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly TimeSpan _delay;
    private readonly byte[] _answer;

    private StubServer(string type, string body, TimeSpan delay)
    {
        _delay = delay;
        _answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: {type}\r\nDate: {DateTimeOffset.UnixEpoch.AddYears(56):R}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal static StubServer Vault(TimeSpan delay = default) => new("application/json", $$$"""
        {"request_id":"{{{Guid.NewGuid()}}}","lease_id":"","renewable":false,"lease_duration":0,"data":{"data":{"value":"{{{Value()}}}"},"metadata":{"created_time":"2026-11-24T14:30:00.123456789Z","custom_metadata":null,"deletion_time":"","destroyed":false,"version":3}},"wrap_info":null,"warnings":null,"auth":{"client_token":"hvs.{{{Value()}}}","lease_duration":3600,"renewable":true}}
        """, delay);

    internal static StubServer SecretsManager(TimeSpan delay = default) => new("application/x-amz-json-1.1", $$"""
        {"ARN":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:database/password-AbCdEf","CreatedDate":1795534200.123,"Name":"database/password","SecretString":"{{Value()}}","VersionId":"{{Guid.NewGuid()}}","VersionStages":["AWSCURRENT"]}
        """, delay);

    internal Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");

    private static string Value() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = _listener.Accept();
                socket.NoDelay = true;
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket socket)
    {
        var buffer = new byte[8192];
        var length = 0;
        using var pause = new ManualResetEventSlim();
        using (socket)
        {
            int read;
            while ((read = socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None, out var error)) > 0 && error == SocketError.Success)
            {
                length += read;
                var head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (head < 0 || length < head + 4 + BodyLength(buffer.AsSpan(0, head)))
                    continue;
                length = 0;
                if (_delay > TimeSpan.Zero)
                    pause.Wait(_delay);
                socket.Send(_answer);
            }
        }
    }

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : 0;
    }
}
