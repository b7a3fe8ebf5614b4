namespace Repository.Tests.Documents;

public class CodeInPagesTests
{
    public static TheoryData<string> Pages() => new(["README.md", .. RepositoryFiles.Find("docs", "*.md")]);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_csharp_compiles_as_a_program(string page) =>
        Violations.AssertNone(
            from block in CodeBlock.Find(RepositoryFiles.Read(page))
            from error in SnippetCompiler.FindErrors(block.Code)
            select $"{page}:{block.Line + error.Line}: {error.Message}",
            "What a page shows is copied: make it a whole program, or mark the block as text."
        );

    [Fact]
    public void Readme_shows_code() => Assert.NotEmpty(CodeBlock.Find(RepositoryFiles.Read("README.md")));

    [Fact]
    public void FindErrors_of_program_with_strongroom_is_empty() =>
        Assert.Empty(
            SnippetCompiler.FindErrors(
                "using Strongroom;\nvar app = WebApplication.CreateBuilder(args).Build();\napp.MapGet(\"/\", (ISecretManager "
                    + "secrets) => secrets.State);\napp.Run();"
            )
        );

    [Fact]
    public void FindErrors_of_service_with_the_test_kit_is_not_empty() =>
        Assert.NotEmpty(SnippetCompiler.FindErrors("using Strongroom.Testing;\nConsole.WriteLine();"));

    [Fact]
    public void FindErrors_of_test_with_the_test_kit_is_empty() =>
        Assert.Empty(
            SnippetCompiler.FindErrors(
                "using Strongroom.Testing;\nusing Xunit;\npublic class T { [Fact] public void Test() => "
                    + "Assert.NotNull(typeof(PaperBroker)); }"
            )
        );

    [Fact]
    public void FindErrors_of_unknown_member_names_its_line() =>
        Assert.Equal(1, Assert.Single(SnippetCompiler.FindErrors("using Strongroom;\nISecretManager.NoSuchMember();")).Line);
}
