namespace Strongroom;

/// <summary>Remembers single-use ids, such as those of call tokens, across all instances of a service.</summary>
public interface IUsedIdStore
{
    /// <summary>
    /// Marks an id as used. Returns false if it was used before, by this or another instance. Of several concurrent calls,
    /// exactly one returns true.
    /// </summary>
    /// <param name="id">The id; at most 200 characters.</param>
    /// <param name="ct">Cancels the operation.</param>
    /// <exception cref="SecretException">The store cannot answer at the moment.</exception>
    ValueTask<bool> TryUseAsync(string id, CancellationToken ct);
}
