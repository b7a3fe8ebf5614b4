using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Strongroom.Backends.Wire;
using Strongroom.Vault.Transport;

namespace Strongroom.Vault.Tests.Transport;

public class VaultReplyTests
{
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
