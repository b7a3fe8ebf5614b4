namespace Strongroom.Hosting;

/// <summary>Puts what several checks found into one error, so that one start tells every fault.</summary>
internal static class StartErrors
{
    /// <summary>
    /// The one error, or null where nothing is wrong. Where settings are among what is wrong, it is about settings.
    /// </summary>
    internal static SecretException? Combine(IReadOnlyList<SecretException> errors)
    {
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

    /// <summary>Each fault of an error in words.</summary>
    internal static IReadOnlyList<string> Lines(SecretException error) =>
        error is SecretConfigurationException many ? many.Faults : [error.Message];
}
