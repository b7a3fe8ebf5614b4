using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.Backends;
using Strongroom.Configuration;

namespace Strongroom.Hosting;

internal sealed class StrongroomBuilder(IServiceCollection services, IConfiguration configuration) : IStrongroomBuilder
{
    private readonly Dictionary<string, Func<BackendContext, ISecretBackend>> _backends = new(StringComparer.Ordinal);

    public IServiceCollection Services => services;

    public IConfiguration Configuration => configuration;

    public IStrongroomBuilder AddBackend(string name, Func<BackendContext, ISecretBackend> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _backends[name] = create;
        return this;
    }

    public IStrongroomBuilder AddConfigurationProvider(IConfigurationBuilder configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (ConfigurationProvider is null)
        {
            configuration.Add(ConfigurationProvider = new SecretConfigurationProvider());
            StartupValidation.Register(services);
        }
        return this;
    }

    /// <summary>Null unless the host added it.</summary>
    internal SecretConfigurationProvider? ConfigurationProvider { get; private set; }

    internal IReadOnlyCollection<string> BackendNames => _backends.Keys;

    internal ISecretBackend Create(string name, BackendContext context) => _backends[name](context);
}
