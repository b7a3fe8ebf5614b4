namespace Strongroom.Hosting;

/// <summary>Combines the faults of several checks into one error, so that one start reports all of them.</summary>
internal static class StartErrors
{
    /// <summary>
    /// The combined error; null if there is none. If a setting is among the faults, it is a configuration error.
    /// </summary>
    internal static SecretException? Combine(IReadOnlyList<SecretException> errors)
    {
        if (errors.Count == 0)
            return null;
        var distinct = errors.DistinctBy(error => (error.Code, error.Message)).ToList();
        if (distinct.Count < 2)
            return distinct.FirstOrDefault();
        return distinct.OfType<SecretConfigurationException>().FirstOrDefault() is { } first
            ? new SecretConfigurationException(first.Code, [.. distinct.SelectMany(Lines).Distinct(StringComparer.Ordinal)])
            : new SecretStartupException(
                $"{distinct.Count} faults:\n- {string.Join("\n- ", distinct.SelectMany(Lines))}",
                distinct.Find(error => error.Backend is not null)?.Backend ?? "",
                distinct
            );
    }

    /// <summary>The message of each fault of an error.</summary>
    internal static IReadOnlyList<string> Lines(SecretException error) =>
        error is SecretConfigurationException many ? many.Faults : [error.Message];
}
