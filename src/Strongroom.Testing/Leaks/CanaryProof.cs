namespace Strongroom.Testing;

/// <summary>Verifies that a detector searches where it claims to.</summary>
public static class CanaryProof
{
    /// <summary>
    /// Plants the detector's canary below a directory, once in each form and in a file of its own, scans the directory,
    /// and deletes the files again.
    /// </summary>
    /// <param name="detector">The detector.</param>
    /// <param name="directory">A directory that it scans.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The scan, canaries included.</returns>
    /// <exception cref="InvalidOperationException">A form was not found; the message names it.</exception>
    public static async Task<LeakScan> ScanAndProveAsync(
        this LeakDetector detector,
        string directory,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(detector);
        var planted = Directory.CreateDirectory(Path.Combine(directory, $"canary-{Guid.NewGuid():N}"));
        try
        {
            foreach (var form in detector.CanaryForms)
                await File.WriteAllBytesAsync(Path.Combine(planted.FullName, form.Name), form.Bytes, cancellationToken);
            var scan = await detector.ScanTreeAsync(directory, cancellationToken);
            var found = scan
                .Canaries.Where(c => c.Source.StartsWith(planted.FullName, StringComparison.Ordinal))
                .Select(c => c.Form)
                .ToHashSet(StringComparer.Ordinal);
            var missed = detector.CanaryForms.Select(f => f.Name).Where(name => !found.Contains(name)).ToList();
            return missed.Count == 0
                ? scan
                : throw new InvalidOperationException($"The detector does not see in {directory}: {string.Join(", ", missed)}.");
        }
        finally
        {
            planted.Delete(recursive: true);
        }
    }
}
