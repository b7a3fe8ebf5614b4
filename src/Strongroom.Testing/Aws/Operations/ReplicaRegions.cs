using System.Text.RegularExpressions;
using Strongroom.Testing.Aws.Secrets;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>The regions that a request names.</summary>
internal static partial class ReplicaRegions
{
    public static IReadOnlyList<Replica> Read(Parameters parameters, string own) =>
        [
            .. (parameters.Objects("AddReplicaRegions", 1) ?? []).Select(item => new Replica(
                Checked(item.Required("Region", 1, 128), own),
                item.Text("KmsKeyId", 0, 2048),
                "InProgress",
                null
            )),
        ];

    public static bool IsRegion(string text) => Region().IsMatch(text);

    private static string Checked(string region, string own)
    {
        if (!IsRegion(region))
            throw Parameters.Constraint("Region", "Member must satisfy regular expression pattern: ^([a-z]+-)+\\d+$");
        return region != own ? region : throw AwsError.Parameter("Invalid replica region.");
    }

    [GeneratedRegex(@"^([a-z]+-)+\d+\z")]
    private static partial Regex Region();
}
