using Microsoft.Extensions.Logging;

namespace Strongroom.Hosting;

/// <summary>
/// Gets the required secrets, or says all that is missing at once. Transient causes are tried again for a while; each instance at
/// moments of its own, so that a fleet does not come back as one.
/// </summary>
internal sealed class SecretStartup(StrongroomRuntime runtime, TimeSpan wait, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(20);

    /// <exception cref="SecretStartupException">Secrets are missing, and waiting is over or would not help.</exception>
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
                // What is wrong with a whole file or backend is told once, for all that it takes away.
                .GroupBy(failed => (failed.Error.Code, failed.Error.Message))
                .Select(group =>
                    $"- {string.Join(", ", group.SelectMany(failed => failed.Bundle.Secrets).Select(secret => secret.Name))} "
                    + $"({group.Key.Code}): {group.Key.Message}"
                )
        );
        return new SecretStartupException(
            $"{identity.Service} cannot start: {errors.Sum(failed => failed.Bundle.Secrets.Count)} of its required secrets "
                + $"could not be had from the {identity.Backend} backend "
                + $"in {identity.EnvironmentName} ({Counted.Of(attempts, "attempt")} in {took.TotalSeconds:0.#} s):\n{missing}",
            identity.Backend,
            [.. errors.Select(failed => failed.Error)]
        );
    }
}
