using System.Security.Cryptography;
using System.Text;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>
/// Cuts lists into pages. A token holds for the list that it was given for. With <paramref name="emptyFirst"/> each list
/// begins with an empty page that has a next one, as the service may answer where a filter matches late.
/// </summary>
internal sealed class PageTokens(bool emptyFirst)
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public (IReadOnlyList<T> Page, string? Next) Take<T>(
        IReadOnlyList<T> all,
        Parameters parameters,
        int otherwise,
        int most,
        string list
    )
    {
        var size = parameters.Number("MaxResults", 1, most) ?? otherwise;
        if (parameters.Text("NextToken", 1, 4096) is not { } token)
        {
            if (emptyFirst)
                return ([], Token(0, list));
            return Page(all, 0, size, list);
        }
        return Page(all, Start(token, list), size, list);
    }

    private (IReadOnlyList<T> Page, string? Next) Page<T>(IReadOnlyList<T> all, int start, int size, string list) =>
        ([.. all.Skip(start).Take(size)], start + size < all.Count ? Token(start + size, list) : null);

    private string Token(int start, string list)
    {
        var place = BitConverter.GetBytes(start);
        return Convert.ToBase64String([
            .. place,
            .. HMACSHA256.HashData(key, (byte[])[.. place, .. Encoding.UTF8.GetBytes(list)]),
        ]);
    }

    private int Start(string token, string list)
    {
        var bytes = new byte[256];
        if (
            Convert.TryFromBase64String(token, bytes, out var length)
            && length == 36
            && BitConverter.ToInt32(bytes) is var start
            && Token(start, list) == token
        )
            return start;
        throw new AwsError("InvalidNextTokenException", "The NextToken value is invalid.");
    }
}
