using BenchmarkDotNet.Running;
using Strongroom.Benchmarks;

// dotnet run -c Release --project bench/Strongroom.Benchmarks -- --filter '*Redaction*' --job short
// dotnet run -c Release --project bench/Strongroom.Benchmarks -- race
// dotnet run -c Release --project bench/Strongroom.Benchmarks -- many
if (args is ["race"])
    await Race.RunAsync();
else if (args is ["many"])
    await ManySecrets.RunAsync();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
