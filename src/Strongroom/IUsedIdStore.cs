namespace Strongroom;

/// <summary>
/// Remembers ids that count once, where all instances of a service see them: those of call tokens that changed something.
/// </summary>
public interface IUsedIdStore
{
    /// <summary>
    /// Uses the id up; false where it was used before, here or by another instance. Of many at once, one is told true.
    /// </summary>
    /// <param name="id">What counts once; at most 200 characters.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="SecretException">The store cannot say now.</exception>
    ValueTask<bool> TryUseAsync(string id, CancellationToken ct);
}
