namespace Repository.Tests.Documents;

public class CodeBlockTests
{
    [Fact]
    public void Find_csharp_among_others_gives_csharp_with_its_line() =>
        Assert.Equal(
            [new CodeBlock(5, "var a = 1;\n\nvar b = 2;"), new CodeBlock(12, "if (a)\n    b();")],
            CodeBlock.Find(
                "# Title\n\n`inline` text\n```csharp\nvar a = 1;\n\nvar b = 2;\n```\n"
                    + "```json\n```\n   ```cs\n   if (a)\n       b();\n   ```\n"
            )
        );

    [Fact]
    public void Find_fence_in_longer_fence_is_text() =>
        Assert.Empty(CodeBlock.Find("````text\n```csharp\nnonsense\n```\n````\n"));

    [Fact]
    public void Find_block_without_end_throws() =>
        Assert.Throws<InvalidDataException>(() => CodeBlock.Find("```csharp\nvar a = 1;\n"));
}
