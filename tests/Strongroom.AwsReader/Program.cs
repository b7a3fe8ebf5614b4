using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom;
using Strongroom.Aws;

// Reads one secret as a service does, with nothing but its environment to tell it how, and prints the digest of what it read.
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Configuration.AddEnvironmentVariables();
builder.Services.AddStrongroom(builder.Configuration).AddAws();
try
{
    using var host = builder.Build();
    await host.StartAsync();
    var secret = await host.Services.GetRequiredService<ISecretManager>().GetAsync(SecretName.Parse(args[0]));
    Console.WriteLine(secret.Value.Reveal(0, static (utf8, _) => Convert.ToHexString(SHA256.HashData(utf8))));
    await host.StopAsync();
    return 0;
}
catch (SecretException e)
{
    await Console.Error.WriteLineAsync($"{e.Code}: {e.Message}");
    return 1;
}
