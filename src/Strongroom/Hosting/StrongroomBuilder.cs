using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Strongroom.Backends;

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

    /// <summary>The backend of that name, or why there is none.</summary>
    internal ISecretBackend Create(string name, BackendContext context)
    {
        if (_backends.TryGetValue(name, out var create))
            return create(context);
        throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, name switch
        {
            "vault" => "SECRET_BACKEND=vault needs the package Strongroom.Vault: add it and call AddStrongroom(...).AddVault().",
            "aws" => "SECRET_BACKEND=aws needs the package Strongroom.Aws: add it and call AddStrongroom(...).AddAws().",
            _ => $"SECRET_BACKEND must be one of {string.Join(", ", _backends.Keys.Union(["vault", "aws"]).Order(StringComparer.Ordinal))}; it is something else.",
        });
    }
}
