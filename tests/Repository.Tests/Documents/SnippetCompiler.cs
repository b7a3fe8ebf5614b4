using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Documents;

/// <summary>
/// Compiles a block as the <c>Program.cs</c> of a web project that references Strongroom, its storage and its ASP.NET part.
/// </summary>
internal static class SnippetCompiler
{
    // What Microsoft.NET.Sdk.Web uses implicitly.
    private static readonly string[] s_usings =
    [
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Net.Http.Json",
        "System.Threading",
        "System.Threading.Tasks",
        "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting",
        "Microsoft.Extensions.Logging",
    ];

    // Npgsql comes with the storage.
    private static readonly string[] s_libraries =
    [
        "Strongroom.dll",
        "Strongroom.AspNetCore.dll",
        "Strongroom.Storage.dll",
        "Npgsql.dll",
    ];

    // A block that uses xunit shows a test; a service's must compile without these.
    private static readonly string[] s_testLibraries =
    [
        "Strongroom.Testing.dll",
        "xunit.v3.assert.dll",
        "xunit.v3.common.dll",
        "xunit.v3.core.dll",
    ];

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14);

    private static readonly IReadOnlyList<MetadataReference> s_all =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(':')
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly IReadOnlyList<MetadataReference> s_service = References(s_libraries);
    private static readonly IReadOnlyList<MetadataReference> s_test = References([.. s_libraries, .. s_testLibraries]);

    /// <summary>The compiler's errors, by the line of the code.</summary>
    internal static IReadOnlyList<(int Line, string Message)> FindErrors(string code) =>
        [
            .. Compile(code)
                .GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(error =>
                    (
                        error.Location.GetLineSpan().StartLinePosition.Line,
                        $"{error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"
                    )
                ),
        ];

    /// <summary>Writes the block as a program, or as a library where nothing in it runs by itself.</summary>
    internal static void Emit(string code, string assembly)
    {
        var result = Compile(code, Path.GetFileNameWithoutExtension(assembly)).Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
    }

    /// <summary>
    /// The sources of a project with all that it may reference, for what they mean: it has errors where a reference or generated
    /// code is missing.
    /// </summary>
    internal static CSharpCompilation CompileProject(string assembly, IEnumerable<SyntaxTree> sources)
    {
        var usings = CSharpSyntaxTree.ParseText(string.Concat(s_usings.Select(one => $"global using {one};\n")));
        return CSharpCompilation.Create(
            assembly,
            sources.Append(usings),
            s_all.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != assembly)
        );
    }

    private static CSharpCompilation Compile(string code, string name = "Snippet")
    {
        var program = CSharpSyntaxTree.ParseText(code, s_parse, path: "Program.cs");
        var usings = CSharpSyntaxTree.ParseText(string.Concat(s_usings.Select(one => $"global using {one};\n")), s_parse);
        var runs = program.GetRoot().ChildNodes().OfType<GlobalStatementSyntax>().Any();
        var isTest = program
            .GetRoot()
            .DescendantNodes()
            .OfType<UsingDirectiveSyntax>()
            .Any(directive => directive.Name?.ToString() == "Xunit");
        var options = new CSharpCompilationOptions(
            runs ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: NullableContextOptions.Enable
        );
        return CSharpCompilation.Create(name, [program, usings], isTest ? s_test : s_service, options);
    }

    private static IReadOnlyList<MetadataReference> References(string[] libraries) =>
        [
            .. s_all.Where(reference =>
                IsOfFramework(reference.Display!) || libraries.Contains(Path.GetFileName(reference.Display))
            ),
        ];

    private static bool IsOfFramework(string path) =>
        path.Contains("/Microsoft.NETCore.App/", StringComparison.Ordinal)
        || path.Contains("/Microsoft.AspNetCore.App/", StringComparison.Ordinal);
}
