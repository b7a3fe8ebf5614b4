namespace Repository.Tests.Conventions;

/// <summary><c>make test-long</c> finds by their trait the tests of which <c>make test</c> runs a share.</summary>
public sealed class LongTestsTests
{
    private const string Trait = "[Trait(\"length\", \"long\")]";

    [Fact]
    public void Test_that_repeats_itself_by_length_has_the_trait() =>
        Violations.AssertNone(
            from path in RepositoryFiles.Find("tests", "*.cs")
            let text = RepositoryFiles.Read(path)
            where
                text.Contains($"{nameof(TestLength)}.{nameof(TestLength.Of)}(", StringComparison.Ordinal)
                && !text.Contains(Trait, StringComparison.Ordinal)
            select path,
            $"Put {Trait} on the test."
        );
}
