using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Strongroom.Backends.Wire;

namespace Strongroom.Tests.Backends.Wire;

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
}
