using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Strongroom.Testing.Aws.Operations;

/// <summary>Random passwords, which the service does not keep.</summary>
internal static class PasswordOperation
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    public static JsonObject Get(ServerCall call)
    {
        call.Require("secretsmanager:GetRandomPassword", "*");
        var parameters = call.Parameters;
        var length = parameters.Number("PasswordLength", 1, 4096) ?? 32;
        var excluded = parameters.Text("ExcludeCharacters", 0, 4096) ?? "";
        var kinds = new[]
        {
            ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"),
            ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            ("ExcludeNumbers", "0123456789"),
            ("ExcludePunctuation", Punctuation),
        }
            .Where(kind => !parameters.Flag(kind.Item1))
            .Select(kind => kind.Item2)
            .Append(parameters.Flag("IncludeSpace") ? " " : "")
            .Select(kind => string.Concat(kind.Where(c => !excluded.Contains(c, StringComparison.Ordinal))))
            .Where(kind => kind.Length > 0)
            .ToList();
        if (kinds.Count == 0)
            throw AwsError.Parameter("Every character is excluded.");
        var each = !parameters.Has("RequireEachIncludedType") || parameters.Flag("RequireEachIncludedType");
        if (each && length < kinds.Count)
            throw AwsError.Parameter("Password length is too short based on the required types.");
        var password = (each ? kinds.Select(kind => RandomNumberGenerator.GetItems<char>(kind, 1)[0]) : [])
            .Concat(RandomNumberGenerator.GetItems<char>(string.Concat(kinds), length))
            .Take(length)
            .ToArray();
        RandomNumberGenerator.Shuffle<char>(password);
        return new() { ["RandomPassword"] = new string(password) };
    }
}
