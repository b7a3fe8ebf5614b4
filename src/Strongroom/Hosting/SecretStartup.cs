using Microsoft.Extensions.Logging;

namespace Strongroom.Hosting;

/// <summary>
/// Fetches the required secrets, or reports everything that is missing at once. Transient failures are retried for a limited
/// time, at randomised intervals so that the instances of a fleet do not retry in step.
/// </summary>
internal sealed class SecretStartup(StrongroomRuntime runtime, TimeSpan wait, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(20);

    /// <exception cref="SecretStartupException">Secrets are missing, and the time is over or a retry would not help.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var pause = s_firstPause;
        for (var attempts = 1; ; attempts++)
        {
            var errors = await runtime.FetchRequiredAsync(ct).ConfigureAwait(false);
            if (errors.Count == 0)
                return;
            var left = wait - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || !errors.All(failed => failed.Error.IsTransient))
                throw Failure(errors, attempts, time.GetElapsedTime(began));

            Log.StartupRetry(
                logger,
                runtime.Identity.Service,
                errors.Sum(failed => failed.Bundle.Secrets.Count),
                left.TotalSeconds
            );
            var spread = pause * (0.5 + Random.Shared.NextDouble());
            await Task.Delay(spread < left ? spread : left, time, ct).ConfigureAwait(false);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private SecretStartupException Failure(
        IReadOnlyList<(SecretBundle Bundle, SecretException Error)> errors,
        int attempts,
        TimeSpan took
    )
    {
        var identity = runtime.Identity;
        var missing = string.Join(
            '\n',
            errors
                // A fault of a whole file or backend is reported once, with all the secrets that it affects.
                .GroupBy(failed => (failed.Error.Code, failed.Error.Message))
                .Select(group =>
                    $"- {string.Join(", ", group.SelectMany(failed => failed.Bundle.Secrets).Select(secret => secret.Name))} "
                    + $"({group.Key.Code}): {group.Key.Message}"
                )
        );
        return new SecretStartupException(
            $"{identity.Service} cannot start: {errors.Sum(failed => failed.Bundle.Secrets.Count)} of its required secrets "
                + $"could not be read from the {identity.Backend} backend "
                + $"in {identity.EnvironmentName} ({Quantity.Format(attempts, "attempt")} in {took.TotalSeconds:0.#} s):\n"
                + missing,
            identity.Backend,
            [.. errors.Select(failed => failed.Error)]
        );
    }
}
