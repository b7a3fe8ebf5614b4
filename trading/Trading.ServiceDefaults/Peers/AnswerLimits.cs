namespace Trading.ServiceDefaults;

/// <summary>What a service takes in of one answer, of the broker's or of another service's.</summary>
internal static class AnswerLimits
{
    /// <summary>A thousand bars of twenty symbols are 3 MB; more than this is no answer to anything that is asked here.</summary>
    internal const int MostBytes = 8 * 1024 * 1024;
}
