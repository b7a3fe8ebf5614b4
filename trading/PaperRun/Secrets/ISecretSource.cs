using Strongroom;

namespace PaperRun.Secrets;

/// <summary>The backend of the run's secrets: stores them, and tells each process how to reach its own and no others.</summary>
internal interface ISecretSource : IAsyncDisposable
{
    /// <summary>For the operator: what it is, and where.</summary>
    string Description { get; }

    /// <summary>Prepares what one declaration names and gives the settings to reach it.</summary>
    /// <param name="declaration">Whose secrets.</param>
    /// <param name="folder">A private folder of that process, for what must be in a file.</param>
    /// <param name="ct">Gives up.</param>
    Task<IReadOnlyDictionary<string, string?>> OpenForAsync(SecretDeclaration declaration, string folder, CancellationToken ct);
}
