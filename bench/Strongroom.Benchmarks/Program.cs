using BenchmarkDotNet.Running;
using Strongroom.Benchmarks;

// dotnet run -c Release --project bench/Strongroom.Benchmarks -- --filter '*Redaction*' --job short
// dotnet run -c Release --project bench/Strongroom.Benchmarks -- race vault
if (args is ["race", ..])
{
    var read = new VaultReadBenchmarks();
    read.SetUp();
    await Race.RunAsync("A read from Vault", ("HttpClient", read.Http_client), ("HttpClient again", read.Http_client_again), ("Strongroom", read.Strongroom_read));
    read.CleanUp();
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
