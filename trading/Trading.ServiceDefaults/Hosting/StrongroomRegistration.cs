using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Strongroom;
using Strongroom.Backends;
using Strongroom.Storage;

namespace Trading.ServiceDefaults;

/// <summary>The one place where a service says which backends and stores it can use.</summary>
internal static class StrongroomRegistration
{
    internal static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddStrongroom(builder.Configuration, options => options.DeclarationPath ??= builder.Configuration["SECRET_DECLARATION"]).AddDatabase();
        builder.Services.TryAddSingleton(ContextOf);
    }

    /// <summary>What the database asks of the composed manager.</summary>
    private static BackendContext ContextOf(IServiceProvider services) => new()
    {
        Options = new StrongroomOptions(),
        Configuration = services.GetRequiredService<IConfiguration>(),
        Environment = services.GetRequiredService<StrongroomInfo>().Environment,
        Declaration = services.GetRequiredService<SecretDeclaration>(),
        Time = services.GetRequiredService<TimeProvider>(),
        Loggers = services.GetRequiredService<ILoggerFactory>(),
    };
}
