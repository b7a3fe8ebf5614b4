namespace Strongroom.Testing.Vault;

/// <summary>What answers below a mount.</summary>
internal abstract class Engine
{
    /// <summary>Whether a request needs no token, as logins do.</summary>
    public virtual bool IsOpen(VaultRequest request) => false;

    /// <summary>Whether only a token with the capability sudo, or a root token, may ask.</summary>
    public virtual bool NeedsSudo(VaultRequest request) => false;

    /// <summary>Whether a write would change something that is there. Engines that do not tell have updates only.</summary>
    public virtual bool Exists(VaultRequest request) => true;

    public virtual Task<VaultResponse> HandleAsync(VaultRequest request, CancellationToken ct) =>
        Task.FromResult(Handle(request));

    /// <summary>For engines whose handlers are synchronous.</summary>
    protected virtual VaultResponse Handle(VaultRequest request) => throw VaultRefusal.UnsupportedPath();
}
