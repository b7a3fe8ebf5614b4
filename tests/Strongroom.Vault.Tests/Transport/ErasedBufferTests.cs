using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Strongroom.Vault.Transport;
using Strongroom.Vault.Wire;

namespace Strongroom.Vault.Tests.Transport;

public class ErasedBufferTests
{
    [Fact]
    public void Every_array_that_held_something_is_zeroed_the_outgrown_ones_too()
    {
        var buffer = new ErasedBuffer(16);
        var arrays = new List<byte[]>();
        for (var i = 0; i < 100; i++)
        {
            buffer.Write(RandomNumberGenerator.GetBytes(100));
            Assert.True(MemoryMarshal.TryGetArray(buffer.Written, out var segment));
            if (!arrays.Contains(segment.Array!))
                arrays.Add(segment.Array!);
        }
        Assert.True(arrays.Count > 2);
        Assert.Contains(arrays[^1], b => b != 0);
        foreach (var outgrown in arrays[..^1])
            Assert.DoesNotContain(outgrown, b => b != 0);
        buffer.Dispose();
        Assert.DoesNotContain(arrays[^1], b => b != 0);
        buffer.Dispose();
    }

    [Fact]
    public void An_answers_bytes_are_zeroed_when_it_is_done_with_and_the_value_stays()
    {
        var text = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
        var body = new ErasedBuffer();
        body.Write(Encoding.UTF8.GetBytes("{\"request_id\":\"r\",\"data\":{\"data\":{\"value\":\"" + text + "\"}}}"));
        Assert.True(MemoryMarshal.TryGetArray(body.Written, out var segment));
        SecretValue value;
        using (var reply = VaultReply.Read(200, body, isFromCache: false, retryAfter: null)!)
            value = JsonText.Read(VaultReply.Object(VaultReply.Object(reply.Root, "data"), "data").GetProperty("value"))!;
        Assert.DoesNotContain(segment.Array!, b => b != 0);
        Assert.Equal(text, value.Reveal());
    }
}
