using System.Text;
using System.Text.Json;
using CsCheck;
using Strongroom.Backends.Wire;

namespace Strongroom.Tests.Backends.Wire;

public class JsonTextTests
{
    [Fact]
    public void What_is_written_is_JSON_and_reads_back_byte_for_byte() =>
        Gen.String.Sample(text =>
        {
            if (text.Any(char.IsSurrogate))
                return true;
            using var buffer = new ErasedBuffer();
            JsonText.Write(buffer, Encoding.UTF8.GetBytes(text));
            using var parsed = JsonDocument.Parse(buffer.Written);
            using var value = JsonText.Read(parsed.RootElement)!;
            return parsed.RootElement.GetString() == text && value.Reveal() == text;
        });
}
