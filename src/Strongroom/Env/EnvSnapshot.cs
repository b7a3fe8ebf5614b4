using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Env;

/// <summary>
/// What process variables and file hold at one moment; one snapshot serves a whole batch, so a bundle is of one moment.
/// </summary>
internal sealed class EnvSnapshot(Func<string, string?> processVariable, DotenvFile? file)
{
    /// <summary>
    /// True where a process variable holds one of these. Then they are read from process variables, all of them: a bundle half
    /// from one place and half from the other would be two versions.
    /// </summary>
    internal bool IsFromProcess(IEnumerable<string> variables) =>
        variables.Any(variable => processVariable(variable) is not null);

    /// <summary>The value, empty ones included; null where there is none. The caller disposes of it.</summary>
    internal SecretValue? Read(string variable, bool fromProcess) =>
        fromProcess
            ? processVariable(variable) is { } text
                ? SecretValue.FromText(text)
                : null
            : file?.ReadSecret(variable);

    /// <summary>A keyed hash of names and values: it tells that something changed, and nothing about what it is.</summary>
    internal SecretVersion? VersionOf(IEnumerable<string> variables, bool fromProcess, byte[] key)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        var any = false;
        foreach (var variable in variables.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            using var value = Read(variable, fromProcess);
            if (value is null or { ByteCount: 0 })
                continue;
            any = true;
            AppendPart(hash, Encoding.ASCII.GetBytes(variable));
            value.Reveal(hash, static (utf8, into) =>
            {
                AppendPart(into, utf8);
                return 0;
            });
        }
        return any ? new SecretVersion(Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16))) : null;
    }

    /// <summary>The length goes first, so that no two lists of parts give the same bytes.</summary>
    private static void AppendPart(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
