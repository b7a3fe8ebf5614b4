using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench/Strongroom.Benchmarks -- --filter '*Redaction*' --job short
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
