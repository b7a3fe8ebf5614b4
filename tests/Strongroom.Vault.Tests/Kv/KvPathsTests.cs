using CsCheck;
using Strongroom.Vault.Kv;

namespace Strongroom.Vault.Tests.Kv;

public class KvPathsTests
{
    private static readonly Gen<string> s_name = Gen.Char["abzABZ019_+=.@-"]
        .Array[1, 8]
        .Select(chars => new string(chars))
        .List[1, 4]
        .Select(segments => string.Join('/', segments))
        .Where(text => SecretName.TryParse(text, out var name, out _) && name.Field is null);

    [Fact] // PROTOCOLS 12, 15
    public void A_name_its_URL_and_its_policy_path_lead_to_each_other_byte_for_byte() =>
        s_name.Sample(text =>
        {
            var paths = new KvPaths("team/kv");
            var url = paths.Url("data", text);
            // What the server sees: the URI's own path, decoded once.
            var seen = new Uri(new Uri("https://vault.example:8200"), $"/v1/{url}").AbsolutePath["/v1/".Length..];
            return url == seen
                && paths.PathOf("data", seen) == text
                && Uri.UnescapeDataString(seen) == paths.Policy("data", text);
        });

    [Fact]
    public void The_pending_sibling_is_no_name() => Assert.False(SecretName.TryParse("a/b" + KvPaths.PendingMark, out _, out _));
}
