using Strongroom.Audit;

namespace Strongroom.Tests.Audit;

public sealed class AccessTallyTests
{
    [Fact]
    public void Counts_keeps_every_outcome_and_source_apart()
    {
        var tally = new AccessTally();
        var expected = new List<AccessCount>();
        foreach (var outcome in Enum.GetValues<AccessOutcome>())
        {
            foreach (var source in Enum.GetValues<AccessSource>())
            {
                var count = expected.Count + 1;
                tally.Add("a", outcome, source, count);
                expected.Add(new AccessCount("a", outcome, source, count));
            }
        }
        Assert.Equal(expected, tally.Counts.OrderBy(count => count.Count));
    }

    [Fact]
    public void Add_of_more_names_than_are_kept_counts_the_rest_as_one()
    {
        var tally = new AccessTally();
        for (var i = 0; i < 5000; i++)
            tally.Add($"{i}", AccessOutcome.NotFound, AccessSource.None, 1);
        Assert.Equal(5000, tally.Counts.Sum(count => count.Count));
        Assert.InRange(tally.Counts.Count(), 1, 4097);
        Assert.True(tally.Counts.Single(count => count.Name == "").Count > 900);
    }
}
