var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/", () => "no secret");
app.Run();
