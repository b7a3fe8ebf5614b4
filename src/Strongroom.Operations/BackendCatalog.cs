using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.Aws;
using Strongroom.Backends;
using Strongroom.Env;
using Strongroom.Vault;

namespace Strongroom.Operations;

/// <summary>The backends as their packages register them, without a host. Only the selected one is created.</summary>
internal sealed class BackendCatalog : IStrongroomBuilder
{
    private readonly Dictionary<string, Func<BackendContext, ISecretBackend>> _backends = new(StringComparer.Ordinal);

    internal BackendCatalog(IConfiguration configuration)
    {
        Configuration = configuration;
        this.AddEnv().AddVault().AddAws();
    }

    public IServiceCollection Services => throw new NotSupportedException("An operator's program has no host.");

    public IConfiguration Configuration { get; }

    internal IReadOnlyCollection<string> Names => _backends.Keys;

    public IStrongroomBuilder AddBackend(string name, Func<BackendContext, ISecretBackend> create)
    {
        _backends.Add(name, create);
        return this;
    }

    public IStrongroomBuilder AddConfigurationProvider(IConfigurationBuilder configuration) =>
        throw new NotSupportedException("An operator's program shows no secret in its configuration.");

    internal ISecretBackend Create(string name, BackendContext context) => _backends[name](context);
}
