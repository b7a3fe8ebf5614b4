namespace Repository.Tests.Conventions;

/// <summary>
/// The leak detector of the test kit judges the product's redaction, so it must not share what redaction is made of.
/// </summary>
public class LeakDetectorTests
{
    private static readonly string[] s_shared =
    [
        "Strongroom.Detection",
        "Strongroom.Redaction",
        "CredentialDetector",
        "CredentialPatterns",
        "SecretRedactor",
    ];

    [Fact]
    public void Leak_detector_uses_nothing_of_the_products_detection() =>
        Violations.AssertNone(
            from path in RepositoryFiles.Find("src/Strongroom.Testing/Leaks", "*.cs")
            from word in s_shared
            where RepositoryFiles.Read(path).Contains(word, StringComparison.Ordinal)
            select $"{path} uses {word}.",
            "Write it here a second time: an oracle that shares code with what it judges shares its mistakes."
        );

    [Fact]
    public void Leak_detector_is_where_this_looks() =>
        Assert.NotEmpty(RepositoryFiles.Find("src/Strongroom.Testing/Leaks", "*.cs"));
}
