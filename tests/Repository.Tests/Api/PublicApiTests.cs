using System.Reflection;
using PublicApiGenerator;

namespace Repository.Tests.Api;

/// <summary>What a library promises to its users is a text file; a change of it is seen in review.</summary>
public class PublicApiTests
{
    [Theory]
    [InlineData("Strongroom")]
    [InlineData("Strongroom.AspNetCore")]
    [InlineData("Strongroom.Aws")]
    [InlineData("Strongroom.Operations")]
    [InlineData("Strongroom.Storage")]
    [InlineData("Strongroom.Testing")]
    [InlineData("Strongroom.Vault")]
    public void Public_api_of_library_is_the_approved_one(string library)
    {
        var approved = $"tests/Repository.Tests/Api/{library}.approved.txt";
        var received = $"artifacts/api/{library}.received.txt";
        Directory.CreateDirectory(RepositoryFiles.PathTo("artifacts/api"));
        var api =
            Assembly
                .Load(library)
                .GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
                .ReplaceLineEndings("\n")
                .TrimEnd() + "\n";
        var known = File.Exists(RepositoryFiles.PathTo(approved)) ? RepositoryFiles.Read(approved) : "";
        if (known == api)
        {
            File.Delete(RepositoryFiles.PathTo(received));
            return;
        }
        Directory.CreateDirectory(RepositoryFiles.PathTo("artifacts/api"));
        File.WriteAllText(RepositoryFiles.PathTo(received), api);
        Assert.Fail($"{FirstDifference(known, api)}\nIf the change is meant: cp {received} {approved}");
    }

    // The command is a program: it promises exit codes and JSON, which its own tests hold.
    [Fact]
    public void Every_library_has_an_approved_api() =>
        Assert.Equal(
            RepositoryFiles
                .Projects()
                .Where(path =>
                    path.StartsWith("src/", StringComparison.Ordinal) && path != "src/Strongroom.Cli/Strongroom.Cli.csproj"
                )
                .Select(Path.GetFileNameWithoutExtension)
                .Order(StringComparer.Ordinal),
            RepositoryFiles
                .Find("tests/Repository.Tests/Api", "*.approved.txt")
                .Select(path => Path.GetFileName(path)[..^".approved.txt".Length])
                .Order(StringComparer.Ordinal)
        );

    private static string FirstDifference(string known, string api)
    {
        var (old, now) = (known.Split('\n'), api.Split('\n'));
        var line = old.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"The public API differs from line {line + 1} on.\n  approved: {old.ElementAtOrDefault(line)?.Trim()}\n  "
            + $"received: {now.ElementAtOrDefault(line)?.Trim()}";
    }
}
