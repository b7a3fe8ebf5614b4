using BenchmarkDotNet.Running;
using Strongroom.Benchmarks;

// dotnet run -c Release --project bench/Strongroom.Benchmarks -- --filter '*Redaction*' --job short
// dotnet run -c Release --project bench/Strongroom.Benchmarks -- race
if (args is ["race"])
    await Race.RunAsync();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
