namespace Repository.Tests;

/// <summary>Fails with every violation at once, and with what to do about them.</summary>
internal static class Violations
{
    internal static void AssertNone(IEnumerable<string> violations, string whatToDo)
    {
        var all = violations.ToList();
        Assert.True(all.Count == 0, $"{string.Join('\n', all)}\n{whatToDo}");
    }
}
