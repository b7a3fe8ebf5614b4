namespace Strongroom.Backends;

/// <summary>Optional capability of a backend: it detects problems that no single response shows.</summary>
public interface IBackendHealth
{
    /// <summary>
    /// A problem that needs an operator's attention, such as a rejected login, in one sentence without a value; null if there is
    /// none.
    /// </summary>
    string? Problem { get; }
}
