namespace Repository.Tests.Dependencies;

/// <summary>What each project can reach, through whatever others, is what the design allows it.</summary>
public class ClosureTests
{
    private const string WhatToDo =
        "Take the reference out. If the design is to change: AllowedDependencies.cs, and docs/architecture.md says why.";

    public static TheoryData<string> Names() => new(ProjectFile.Product.Select(project => project.Name));

    [Fact]
    public void Table_holds_every_project_and_no_other() =>
        Assert.Equal(
            ProjectFile.Product.Select(project => project.Name).Order(StringComparer.Ordinal),
            AllowedDependencies.Table.Keys.Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void Project_asks_only_for_what_it_may(string name)
    {
        var project = ProjectFile.Named(name);
        var allowed = AllowedDependencies.Table[name];
        Violations.AssertNone(
            [
                .. project.Projects.Except(allowed.Projects).Select(other => $"{name} references the project {other}."),
                .. project.Packages.Except(allowed.Packages).Select(package => $"{name} references the package {package}."),
                .. project.HasSharedFramework && !allowed.SharedFramework
                    ? [$"{name} references ASP.NET's shared framework."]
                    : Array.Empty<string>(),
            ],
            WhatToDo
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Project_reaches_only_what_it_may(string name)
    {
        var allowed = AllowedClosure(name);
        Violations.AssertNone(
            ProjectFile
                .Named(name)
                .Resolved()
                .Keys.Where(reached => !allowed.Contains(reached))
                .Select(reached => $"{name} reaches {reached}."),
            WhatToDo
        );
    }

    // The table above could be widened in passing; these say what it must never become.
    [Theory]
    [InlineData(
        "Strongroom",
        "Npgsql",
        "Microsoft.Data.Sqlite",
        "Evolve",
        "AWSSDK",
        "System.CommandLine",
        "Spectre.Console",
        "StackExchange.Redis",
        "OpenTelemetry",
        "Strongroom."
    )]
    [InlineData(
        "Strongroom.AspNetCore",
        "Npgsql",
        "Microsoft.Data.Sqlite",
        "AWSSDK",
        "System.CommandLine",
        "StackExchange.Redis",
        "OpenTelemetry"
    )]
    [InlineData("Strongroom.Storage", "AWSSDK", "System.CommandLine", "StackExchange.Redis", "OpenTelemetry", "Strongroom.")]
    [InlineData(
        "Strongroom.Operations",
        "Strongroom.AspNetCore",
        "Strongroom.Testing",
        "System.CommandLine",
        "Spectre.Console",
        "xunit",
        "OpenTelemetry"
    )]
    [InlineData("Strongroom.Cli", "Strongroom.AspNetCore", "Strongroom.Testing", "xunit", "OpenTelemetry")]
    [InlineData("Strongroom.Testing", "xunit", "Microsoft.Testing", "NUnit", "MSTest", "System.CommandLine", "Strongroom.")]
    [InlineData("Trading.Contracts", "")]
    [InlineData(
        "Trading.ServiceDefaults",
        "Strongroom.Testing",
        "Strongroom.Operations",
        "Strongroom.Rotation",
        "System.CommandLine",
        "xunit"
    )]
    [InlineData(
        "ExecutionGateway",
        "Strongroom.Testing",
        "Strongroom.Operations",
        "Strongroom.Rotation",
        "System.CommandLine",
        "xunit"
    )]
    [InlineData(
        "MarketDataService",
        "Strongroom.Testing",
        "Strongroom.Operations",
        "Strongroom.Rotation",
        "System.CommandLine",
        "xunit"
    )]
    [InlineData(
        "Orchestrator",
        "Strongroom.Testing",
        "Strongroom.Operations",
        "Strongroom.Rotation",
        "System.CommandLine",
        "xunit"
    )]
    [InlineData(
        "RiskManager",
        "Strongroom.Testing",
        "Strongroom.Operations",
        "Strongroom.Rotation",
        "System.CommandLine",
        "xunit"
    )]
    [InlineData(
        "SignalService",
        "Strongroom.Testing",
        "Strongroom.Operations",
        "Strongroom.Rotation",
        "System.CommandLine",
        "xunit"
    )]
    public void Project_never_reaches_what_begins_with(string name, params string[] forbidden) =>
        Violations.AssertNone(
            ProjectFile
                .Named(name)
                .Resolved()
                .Keys.Where(reached => forbidden.Any(start => reached.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
                .Select(reached => $"{name} reaches {reached}."),
            "It must not, whatever the table says."
        );

    /// <summary>Projects go on by the table; packages by what restore found them to depend on.</summary>
    private static HashSet<string> AllowedClosure(string name)
    {
        var brought = ProjectFile
            .Product.SelectMany(project => project.Resolved())
            .ToLookup(entry => entry.Key, entry => entry.Value, StringComparer.OrdinalIgnoreCase);
        var closure = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<string>([name]);
        while (open.TryDequeue(out var next))
        {
            var further = AllowedDependencies.Table.TryGetValue(next, out var project)
                ? project.Projects.Concat(project.Packages)
                : brought[next].SelectMany(packages => packages);
            foreach (var dependency in further.Where(closure.Add))
                open.Enqueue(dependency);
        }
        return closure;
    }
}
