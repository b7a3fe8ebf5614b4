using Strongroom;
using Strongroom.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddStrongroom(builder.Configuration).AddDatabase();
var app = builder.Build();

app.MapGet("/forecast", async (ISecretManager secrets, CancellationToken ct) =>
{
    var key = await secrets.GetAsync(SecretName.Parse("weather/api_key"), ct);
    return $"{key.Name}, version {key.Version}: {key.Value}";
});

app.Run();
