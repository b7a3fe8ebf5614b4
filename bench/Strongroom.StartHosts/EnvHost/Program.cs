using Strongroom;
using Strongroom.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddStrongroom(builder.Configuration).AddDatabase();
var app = builder.Build();
app.MapGet("/", async (ISecretManager secrets, CancellationToken ct) =>
    $"{await secrets.GetAsync(SecretName.Parse("weather/api_key"), ct)}"
);
app.Run();
