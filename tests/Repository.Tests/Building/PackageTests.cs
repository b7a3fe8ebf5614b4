using System.Diagnostics;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Repository.Tests.Building;

/// <summary>
/// What <c>dotnet pack</c> makes of each project in src. It packs what is built, in the configuration of these tests: what is
/// looked at does not depend on it, and CI builds no other.
/// </summary>
public sealed class PackageTests(PackageTests.Packed packed) : IClassFixture<PackageTests.Packed>
{
    private const string Address = "https://git.example/strongroom";

    public static TheoryData<string> Projects =>
        [.. RepositoryFiles.Find("src", "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Package_names_readme_licence_and_repository(string project)
    {
        await using var package = await ZipFile.OpenReadAsync(
            packed.PathTo(project, "nupkg"),
            TestContext.Current.CancellationToken
        );
        var nuspec = package.GetEntry($"{project}.nuspec");
        Assert.NotNull(nuspec);
        await using var stream = await nuspec.OpenAsync(TestContext.Current.CancellationToken);
        var facts = (await XDocument.LoadAsync(stream, LoadOptions.None, TestContext.Current.CancellationToken))
            .Root!.Elements()
            .Single();
        string? Fact(string name) => facts.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        var repository = facts.Elements().Single(element => element.Name.LocalName == "repository");

        Assert.Equal((project, "README.md", "Apache-2.0"), (Fact("id"), Fact("readme"), Fact("license")));
        Assert.NotEmpty(Fact("description") ?? "");
        Assert.Equal(("git", Address), ((string?)repository.Attribute("type"), (string?)repository.Attribute("url")));
        Assert.Equal(RepositoryFiles.Git("rev-parse", "HEAD").Output.Trim(), (string?)repository.Attribute("commit"));
        var readme = package.GetEntry("README.md");
        Assert.NotNull(readme);
        using var text = new StreamReader(await readme.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            RepositoryFiles.Read($"src/{project}/README.md"),
            await text.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Symbols_come_in_a_package_of_their_own(string project)
    {
        await using var package = await ZipFile.OpenReadAsync(
            packed.PathTo(project, "snupkg"),
            TestContext.Current.CancellationToken
        );
        var symbols = package.Entries.Single(entry => entry.Name == $"{project}.pdb");
        await using var stream = await symbols.OpenAsync(TestContext.Current.CancellationToken);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
        content.Position = 0;
        using var reader = MetadataReaderProvider.FromPortablePdbStream(content, MetadataStreamOptions.PrefetchMetadata);

        Assert.NotEmpty(reader.GetMetadataReader().Documents);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task Library_comes_as_il_and_compiled_for_linux(string project)
    {
        await using var package = await ZipFile.OpenReadAsync(
            packed.PathTo(project, "nupkg"),
            TestContext.Current.CancellationToken
        );
        var image = package.GetEntry($"runtimes/linux-x64/lib/net10.0/{project}.dll");
        // A tool has no library, and the start of a test is no service's.
        Assert.Equal(project is not ("Strongroom.Cli" or "Strongroom.Testing"), image is not null);
        if (image is null)
            return;
        var library = package.GetEntry($"lib/net10.0/{project}.dll");
        Assert.NotNull(library);
        var (il, compiled) = (await ReadAsync(library), await ReadAsync(image));

        Assert.Equal((false, true), (il.IsCompiled, compiled.IsCompiled));
        Assert.Equal(il.Id, compiled.Id);
    }

    [Fact]
    public async Task Install_line_of_the_page_gives_a_command_that_runs()
    {
        var line = RepositoryFiles
            .Read("docs/command.md")
            .Split('`')
            .Single(code => code.StartsWith("dotnet tool install", StringComparison.Ordinal));
        Assert.Contains(
            "dotnet pack src/Strongroom.Cli -o packages",
            RepositoryFiles.Read("docs/command.md"),
            StringComparison.Ordinal
        );

        await packed.RunAsync(packed.Folder, line.Split(' '));
        var version = await packed.RunAsync(packed.Folder, Path.Combine(packed.Home, ".dotnet/tools/strongroom"), "--version");

        Assert.StartsWith(packed.Version, version, StringComparison.Ordinal);
    }

    private static async Task<(bool IsCompiled, Guid Id)> ReadAsync(ZipArchiveEntry entry)
    {
        await using var stream = await entry.OpenAsync(TestContext.Current.CancellationToken);
        var content = new MemoryStream();
        await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
        content.Position = 0;
        using var assembly = new PEReader(content);
        var metadata = assembly.GetMetadataReader();
        return (
            assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0,
            metadata.GetGuid(metadata.GetModuleDefinition().Mvid)
        );
    }

    /// <summary>The packages of all projects in a folder of their own, and a home for tools that is not the user's.</summary>
    public sealed class Packed : IAsyncLifetime
    {
        internal string Folder { get; } = Directory.CreateTempSubdirectory("strongroom-packages-").FullName;

        internal string Home => Path.Combine(Folder, "home");

        internal string Version { get; } =
            XDocument.Parse(RepositoryFiles.Read("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

        internal string PathTo(string project, string kind) => Path.Combine(Folder, "packages", $"{project}.{Version}.{kind}");

        // One at a time: packing a project asks the ones that it references for their files.
        public async ValueTask InitializeAsync()
        {
            foreach (var project in RepositoryFiles.Find("src", "*.csproj"))
            {
                // The address is the clone's; given here, since a clone in CI need not have one.
                await RunAsync(
                    RepositoryFiles.Root,
                    "dotnet",
                    "pack",
                    project,
                    "--no-build",
                    "--configuration",
                    RepositoryFiles.Configuration,
                    "--output",
                    Path.Combine(Folder, "packages"),
                    "-maxCpuCount:1",
                    $"-property:PrivateRepositoryUrl={Address}"
                );
            }
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Folder, recursive: true);
            return ValueTask.CompletedTask;
        }

        /// <summary>Runs a program until it ends well; what it wrote.</summary>
        internal async Task<string> RunAsync(string folder, params string[] line)
        {
            var start = new ProcessStartInfo(line[0], line[1..])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["DOTNET_CLI_HOME"] = Home;
            start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
            start.Environment["DOTNET_NOLOGO"] = "1";
            // No build server stays behind.
            start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{string.Join(' ', line)}:\n{await output}{await error}");
            return await output;
        }
    }
}
