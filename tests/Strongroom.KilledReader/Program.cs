using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strongroom;
using Strongroom.KilledReader;
using Strongroom.Storage;

if (args is [BlockedThreadPool.Argument, var starving])
    return BlockedThreadPool.Run(starving);
if (args is [Tripping.Argument, var folder, var name, var times])
    return await Tripping.RunAsync(folder, name, times);

// Reads secrets until it is killed or told to end, and keeps its own count of that in the file that its only argument names.
using var counters = ReadCounters.Open(args[0]);
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Configuration.AddEnvironmentVariables();
builder.Services.AddStrongroom(builder.Configuration).AddDatabase();
builder.Services.AddSingleton(counters);
builder.Services.AddHostedService<ReadingThreads>();
try
{
    await builder.Build().RunAsync();
    return 0;
}
catch (SecretException e)
{
    await Console.Error.WriteLineAsync($"{e.Code}: {e.Message}");
    return 1;
}
