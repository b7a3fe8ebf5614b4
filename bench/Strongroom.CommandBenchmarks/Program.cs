using System.Globalization;
using Strongroom.CommandBenchmarks;

// dotnet run -c Release --project bench/Strongroom.CommandBenchmarks -- 100 /tmp/strongroom-built-otherwise
// dotnet run -c Release --project bench/Strongroom.CommandBenchmarks -- order
var root = Repository.Root();
Directory.CreateDirectory(Path.Combine(root, "artifacts"));
var measure = Path.Combine(root, "artifacts", "measure");
await Repository.RunAsync(
    root,
    "cc",
    "-O2",
    "-o",
    measure,
    Path.Combine(root, "bench", "Strongroom.CommandBenchmarks", "measure.c")
);
if (args is ["order"])
{
    await FunctionOrder.WriteAsync(root, measure);
    return;
}
var rounds = args is [var text, ..] && int.TryParse(text, CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : 50;
await Repository.RunAsync(root, Path.Combine(root, "eng", "strongroom.sh"));
Console.WriteLine(
    $"'strongroom get' from Vault, audited on SQLite, {rounds} rounds in turn; milliseconds from fork to exit and of the "
        + "processor, most MiB of resident memory\n"
);
foreach (
    var target in new GetTarget[]
    {
        new("http", IsTls: false, Milliseconds: 30, Mebibytes: 20),
        new("https", IsTls: true, Milliseconds: 50, Mebibytes: 32),
    }
)
{
    await using var fixture = await GetFixture.OpenAsync(
        Path.Combine(root, "artifacts", "strongroom"),
        measure,
        args.Skip(1),
        target.IsTls
    );
    Console.WriteLine(Report.Of(target, await fixture.RunAsync(rounds)));
}
