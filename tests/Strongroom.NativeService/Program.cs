using System.Text.Json.Serialization;
using Strongroom;
using Strongroom.AspNetCore;
using Strongroom.Breaker;
using Strongroom.Storage;
using Strongroom.Vault;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddStrongroom(builder.Configuration).AddVault().AddDatabase();
builder.Services.AddStrongroomWeb();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ForecastJson.Default));

var faults = new List<string>();
var listeners = ServiceListeners.Parse(
    builder.Configuration["ASPNETCORE_URLS"] ?? "http://127.0.0.1:5080",
    builder.Configuration["MANAGEMENT_URL"] ?? "http://127.0.0.1:6080",
    allowRemoteManagement: false,
    faults
);
builder.WebHost.UseServiceListeners(listeners ?? throw new InvalidOperationException(string.Join('\n', faults)));

var app = builder.Build();
app.UseStrongroom();
var key = SecretName.Parse("weather/key");

// Which version of the key is in use, and how many of its uses the audit holds so far.
app.MapGet("/forecast", async (ISecretManager secrets, ICredentialBreaker breaker, Database database, CancellationToken ct) =>
    {
        breaker.RequireAll();
        var secret = await secrets.GetAsync(key, ct);
        var uses = await database.UseAsync(
            async (connection, ct) =>
            {
                await using var command = connection.Command(
                    "SELECT coalesce(sum(access_count), 0)::bigint FROM access_log WHERE name = @name",
                    ("name", key.ToString())
                );
                return (long)(await command.ExecuteScalarAsync(ct))!;
            },
            ct
        );
        return new Forecast("sunny", secret.Version.ToString(), uses);
    })
    .AllowAnyone();
app.MapPost("/halt", async (ICredentialBreaker breaker, CancellationToken ct) =>
    {
        _ = await breaker.TripAsync(TripCause.Manual, key.ToString(), "", "an operator asked for it", ct);
        return TypedResults.NoContent();
    })
    .OnManagementListener();
app.Run();

internal sealed record Forecast(string Weather, string Key, long Uses);

// The serializer's code, written by the compiler: there is no reflection to find it at run time.
[JsonSerializable(typeof(Forecast))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ForecastJson : JsonSerializerContext;
