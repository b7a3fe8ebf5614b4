using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Strongroom.Audit;

namespace Strongroom.Tests.Support;

/// <summary>A real generic host with <c>AddStrongroom</c>, as a service would have it, in a folder of its own.</summary>
internal sealed class HostFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostFixture()
    {
        Settings = new()
        {
            ["DEPLOYMENT_ENV"] = "local",
            ["SECRET_DECLARATION"] = _folder.File("secrets.json"),
            ["SECRET_DOTENV_PATH"] = _folder.File(".env"),
            ["STRONGROOM_JOURNAL_DIR"] = _folder.File("journal"),
        };
        File.WriteAllText(_folder.File("secrets.json"), Fixture.Declaration);
        WriteDotenv($"ALPACA_API_KEY_ID={KeyId}\nALPACA_API_SECRET_KEY={Fresh()}\nDATABASE_PASSWORD={Fresh()}\n");
    }

    public string KeyId { get; } = Fresh();

    public Dictionary<string, string?> Settings { get; }

    public CollectingAuditStore Store { get; } = new();

    public CollectingLoggerProvider Log { get; } = new();

    /// <summary>Changes the host before it is built.</summary>
    public Action<HostApplicationBuilder, IStrongroomBuilder> Configure { get; set; } = (_, _) => { };

    public TimeProvider? Time { get; set; }

    public string Folder => _folder.Path;

    public static string Fresh() => Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    public void WriteDotenv(string text)
    {
        File.Delete(_folder.File(".env"));
        using var stream = new FileStream(
            _folder.File(".env"),
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    public void WriteDeclaration(string json) => File.WriteAllText(_folder.File("secrets.json"), json);

    public IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<IAuditStore>(Store);
        if (Time is not null)
            builder.Services.AddSingleton(Time);
        Configure(builder, builder.Services.AddStrongroom(builder.Configuration));
        return builder.Build();
    }

    public async Task<IHost> StartAsync()
    {
        var host = Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            await DisposeAsync(host);
            throw;
        }
    }

    public static async Task DisposeAsync(IHost host) => await ((IAsyncDisposable)host).DisposeAsync();

    public void Dispose() => _folder.Dispose();
}
