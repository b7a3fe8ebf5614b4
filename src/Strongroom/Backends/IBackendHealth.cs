namespace Strongroom.Backends;

/// <summary>
/// What a backend may know about itself that no single answer says. A backend that has nothing of the kind need not be one.
/// </summary>
public interface IBackendHealth
{
    /// <summary>
    /// What an operator has to look at, such as a refused login, in one sentence without a value; null where there is nothing.
    /// </summary>
    string? Problem { get; }
}
