namespace Repository.Tests.Documents;

public class LinksTests
{
    [Fact]
    public void Every_relative_link_of_a_page_leads_to_a_file_or_heading() =>
        Violations.AssertNone(MarkdownPage.All().SelectMany(page => page.BrokenLinks()), "The link leads nowhere.");

    [Fact]
    public void Every_code_path_that_a_page_names_exists() =>
        Violations.AssertNone(
            MarkdownPage.All().SelectMany(page => page.BrokenPaths()),
            "The repository has no such file. Name the one that took its place, by path from the root or by its own name."
        );

    [Fact]
    public void Every_decision_record_is_in_the_index()
    {
        var index = RepositoryFiles.Read("docs/adr/README.md");
        Violations.AssertNone(
            RepositoryFiles
                .Find("docs/adr", "0*.md")
                .Where(file => !index.Contains($"({Path.GetFileName(file)})", StringComparison.Ordinal)),
            "docs/adr/README.md does not list these."
        );
    }

    [Theory]
    [InlineData("[a](nowhere.md)", "nowhere.md")]
    [InlineData("[a](promises.md#nowhere)", "promises.md#nowhere")]
    [InlineData("# Here\n[a](#there)", "#there")]
    [InlineData("# Here\n[a](#here), [b](promises.md#the-promises), [c](https://example.com/d), [e](../src/Strongroom)", "")]
    [InlineData("## One: `--two`\n## Same\n## Same\n[a](#one---two) [b](#same-1)", "")]
    [InlineData("```\n[a](nowhere.md)\n```", "")]
    public void BrokenLinks_names_what_is_not_there(string text, string broken) =>
        Assert.Equal(broken.Length == 0 ? [] : [$"docs/page.md: {broken}"], new MarkdownPage("docs/page.md", text).BrokenLinks());

    [Theory]
    [InlineData("`src/Nowhere/Nothing.cs`", "src/Nowhere/Nothing.cs")]
    [InlineData("`trading/*/nothing.json`", "trading/*/nothing.json")]
    [InlineData("`Nothing.cs`", "Nothing.cs")]
    [InlineData("```\nmake eng/nothing.sh\n```", "eng/nothing.sh")]
    [InlineData("`src/Strongroom/`, `tests/Repository.Tests/*.cs`, `trading/*/secrets.json`, `MarkdownPage.cs`", "")]
    [InlineData("`trading/data/alpaca` and `secret/docs/a` and `../strongroom/src/Nowhere`", "")]
    public void BrokenPaths_names_what_is_not_there(string text, string broken) =>
        Assert.Equal(broken.Length == 0 ? [] : [$"docs/page.md: {broken}"], new MarkdownPage("docs/page.md", text).BrokenPaths());
}
