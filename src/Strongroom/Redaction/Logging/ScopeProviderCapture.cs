using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// A provider that logs nothing. It is added to a factory only to be handed the scope provider that the factory keeps private.
/// </summary>
[ProviderAlias("StrongroomScopeTap")]
internal sealed class ScopeProviderCapture : ILoggerProvider, ISupportExternalScope
{
    internal IExternalScopeProvider? Scopes { get; private set; }

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

    public void Dispose() { }
}
