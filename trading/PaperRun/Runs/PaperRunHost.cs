using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using PaperRun.Secrets;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.Aws;
using Strongroom.Storage;
using Strongroom.Vault;

namespace PaperRun.Runs;

/// <summary>The run's own little host: it reads its secrets as any service does, declared and audited.</summary>
internal static class PaperRunHost
{
    internal static async Task<IHost> StartAsync(ISecretSource secretSource, RunFolder folder, CancellationToken ct)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        // DATABASE_* may point the whole run to a PostgreSQL; nothing else of the caller's environment configures it.
        builder.Configuration.AddInMemoryCollection(CallerSettings.PassedOn());
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["DEPLOYMENT_ENV"] = "local",
                ["STRONGROOM_JOURNAL_DIR"] = folder.Journals,
                ["STRONGROOM_INSTANCE"] = "paper_run-1",
                ["DATABASE_PATH"] = folder.Database,
            }
        );
        var declaration = SecretDeclaration.Load(Path.Combine(AppContext.BaseDirectory, "secrets.json"));
        builder.Configuration.AddInMemoryCollection(
            await secretSource.OpenForAsync(declaration, folder.Below(CallerSettings.Service), ct)
        );
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        // The runner tells why a start failed, in one message and without a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddStrongroom(builder.Configuration).AddVault().AddAws().AddDatabase();
        builder.Services.AddSingleton(provider => new CallTokenSigner(
            provider.GetRequiredService<ISecretManager>(),
            CallerSettings.Service,
            TimeProvider.System
        ));
        var host = builder.Build();
        try
        {
            await host.StartAsync(ct);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
