namespace PaperRun.Tests.Day;

/// <summary>One day for all who look at it.</summary>
[CollectionDefinition(nameof(WholeDayCollection))]
public sealed class WholeDayCollection : ICollectionFixture<WholeDay>;
