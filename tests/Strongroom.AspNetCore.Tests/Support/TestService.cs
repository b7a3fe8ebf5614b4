using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strongroom.Breaker;

namespace Strongroom.AspNetCore.Tests.Support;

/// <summary>A real service on two loopback ports, with secrets that were made for the test.</summary>
internal sealed class TestService : IAsyncDisposable
{
    internal const string Declaration = """
        { "service": "execution_gateway",
          "secrets": [
            { "name": "alpaca/api_key_id", "at": "alpaca/credentials#api_key_id", "bundle": "alpaca",
              "sendTo": ["https://paper-api.alpaca.markets"], "onLoss": "halt" },
            { "name": "alpaca/api_secret_key", "at": "alpaca/credentials#api_secret_key", "bundle": "alpaca",
              "sendTo": ["https://paper-api.alpaca.markets"], "onLoss": "halt" },
            { "name": "webhook/secret" },
            { "name": "redis/password", "required": false },
            { "name": "calls/risk_manager/execution_gateway" },
            { "name": "calls/orchestrator/execution_gateway" } ] }
        """;

    private TestService(
        WebApplication app,
        SecretDeclaration declaration,
        FixedSecretManager secrets,
        SwitchedBreaker breaker,
        SteppedTime time,
        CollectingLoggerProvider logs
    )
    {
        App = app;
        Declared = declaration;
        Secrets = secrets;
        Breaker = breaker;
        Time = time;
        Logs = logs;
    }

    internal WebApplication App { get; }

    internal SecretDeclaration Declared { get; }

    internal FixedSecretManager Secrets { get; }

    internal SwitchedBreaker Breaker { get; }

    internal SteppedTime Time { get; }

    internal CollectingLoggerProvider Logs { get; }

    internal HttpClient Http { get; } =
        new(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.UTF8 });

    internal Uri Service => App.Services.GetRequiredService<ServiceListeners>().Service;

    internal Uri Management => App.Services.GetRequiredService<ServiceListeners>().Management;

    internal static TestService Build(
        Action<WebApplication> map,
        string declaration = Declaration,
        Action<StrongroomWebOptions>? configure = null,
        bool guard = true,
        Action<IServiceCollection>? services = null
    )
    {
        var declared = SecretDeclaration.Parse(declaration);
        var secrets = new FixedSecretManager(declared);
        var breaker = new SwitchedBreaker();
        var time = new SteppedTime();
        var logs = new CollectingLoggerProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        var faults = new List<string>();
        builder.WebHost.UseServiceListeners(ServiceListeners.Parse("http://127.0.0.1:0", "http://127.0.0.1:0", false, faults)!);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(declared);
        builder.Services.AddSingleton<ISecretManager>(secrets);
        builder.Services.AddSingleton<ICredentialBreaker>(breaker);
        builder.Services.AddStrongroomWeb(options =>
        {
            options.Environment = DeploymentEnvironment.Test;
            configure?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        var app = builder.Build();
        if (guard)
            app.UseStrongroom();
        map(app);
        return new TestService(app, declared, secrets, breaker, time, logs);
    }

    internal static async Task<TestService> StartAsync(
        Action<WebApplication> map,
        string declaration = Declaration,
        Action<StrongroomWebOptions>? configure = null
    )
    {
        var service = Build(map, declaration, configure);
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) =>
        Http.SendAsync(request, TestContext.Current.CancellationToken);

    internal Task<HttpResponseMessage> GetAsync(Uri server, string path) =>
        Http.GetAsync(new Uri(server, path), TestContext.Current.CancellationToken);

    /// <summary>A token as the caller would make it.</summary>
    internal async Task<string> TokenAsync(string caller, HttpMethod method, string target, string callee = "execution_gateway")
    {
        var signer = new CallTokenSigner(Secrets, caller, Time);
        return await signer.SignAsync(callee, method, target, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
    }
}
