using Microsoft.Extensions.Logging;

namespace Strongroom.Redaction.Logging;

/// <summary>
/// Wraps the host's factory, so that no provider sees a value: not in a message, an argument, a scope or an exception.
/// </summary>
internal sealed class RedactingLoggerFactory : ILoggerFactory
{
    private readonly ILoggerFactory _inner;
    private readonly SecretRedactor _redactor;
    private readonly RedactingScopeProvider? _scopes;

    /// <param name="inner">The factory to wrap; it is disposed with this one.</param>
    /// <param name="redactor">What hides.</param>
    /// <param name="providers">The providers that <paramref name="inner"/> has already.</param>
    internal RedactingLoggerFactory(ILoggerFactory inner, SecretRedactor redactor, IEnumerable<ILoggerProvider> providers)
    {
        _inner = inner;
        _redactor = redactor;
        var tap = new ScopeProviderCapture();
        inner.AddProvider(tap);
        _scopes = tap.Scopes is null ? null : new RedactingScopeProvider(tap.Scopes, redactor);
        foreach (var provider in providers)
            ReadScopesRedacted(provider);
    }

    public ILogger CreateLogger(string categoryName) =>
        new RedactingLogger(HostStartReport.Around(categoryName, _inner.CreateLogger(categoryName)), _redactor);

    public void AddProvider(ILoggerProvider provider)
    {
        _inner.AddProvider(provider);
        ReadScopesRedacted(provider);
    }

    public void Dispose() => _inner.Dispose();

    private void ReadScopesRedacted(ILoggerProvider provider)
    {
        if (_scopes is not null && provider is ISupportExternalScope reader)
            reader.SetScopeProvider(_scopes);
    }
}
