using System.CommandLine;
using Strongroom.Cli.Session;

namespace Strongroom.Cli.Input;

/// <summary><c>--declaration PATH</c>, and the declaration that a command uses.</summary>
internal static class DeclarationOption
{
    private const string Variable = "SECRET_DECLARATION";
    private const string Default = "secrets.json";

    internal static Option<string> Create() =>
        new("--declaration")
        {
            Description = $"The service's declaration. Default: {Variable}, otherwise {Default} in the current folder.",
            HelpName = "PATH",
        };

    internal static Option<string[]> CreateMany() =>
        new("--declaration")
        {
            Description =
                $"One or more service declarations. Default: {Variable}, otherwise {Default} in the current folder, if present.",
            HelpName = "PATH…",
            AllowMultipleArgumentsPerToken = true,
        };

    /// <exception cref="SecretConfigurationException">It is malformed.</exception>
    /// <exception cref="CommandException">It does not exist, or is another service's.</exception>
    internal static SecretDeclaration Load(CommandContext context, string? path, string? service)
    {
        var declaration = Read(context, path);
        return service is null || service == declaration.Service
            ? declaration
            : throw CommandException.Usage(
                $"the declaration {PathOf(context, path)} belongs to {declaration.Service}, not to the named service",
                "Give that service's file: --declaration PATH."
            );
    }

    /// <summary>The declaration of one service among many, and the others.</summary>
    /// <exception cref="SecretConfigurationException">One is malformed.</exception>
    /// <exception cref="CommandException">One does not exist, or none or more than one is that service's.</exception>
    internal static (SecretDeclaration Own, IReadOnlyList<SecretDeclaration> Others) LoadAmong(
        CommandContext context,
        string[] paths,
        string? service
    )
    {
        if (paths.Length < 2)
            return (Load(context, paths.FirstOrDefault(), service), []);
        var all = paths.Select(path => Read(context, path)).ToList();
        return all.Where(declaration => declaration.Service == service).ToList() is [var own]
            ? (own, [.. all.Where(declaration => declaration != own)])
            : throw CommandException.Usage(
                "exactly one of the declarations must belong to the named service",
                "Give each service's file once: --declaration PATH…."
            );
    }

    /// <summary>The declarations that are there; where none was named, none needs to be.</summary>
    /// <exception cref="SecretConfigurationException">One is malformed.</exception>
    /// <exception cref="CommandException">One that was named does not exist.</exception>
    internal static IReadOnlyList<SecretDeclaration> LoadMany(CommandContext context, IReadOnlyList<string> paths)
    {
        if (
            paths.Count == 0
            && context.CommandEnvironment.Variable(Variable) is null
            && !File.Exists(context.CommandEnvironment.FullPath(Default))
        )
            return [];
        return [.. (paths.Count == 0 ? [null] : paths.AsEnumerable<string?>()).Select(path => Read(context, path))];
    }

    /// <summary>Where a declaration was looked for if <see cref="LoadMany"/> returns none.</summary>
    internal const string SearchedWithout = $"{Variable} is not set, and this folder has no {Default}";

    /// <summary>The file that is read.</summary>
    internal static string PathOf(CommandContext context, string? path) =>
        context.CommandEnvironment.FullPath(path ?? context.CommandEnvironment.Variable(Variable) ?? Default);

    private static SecretDeclaration Read(CommandContext context, string? path)
    {
        var file = PathOf(context, path);
        return File.Exists(file)
            ? SecretDeclaration.Load(file)
            : throw new CommandException(
                ExitCodes.Usage,
                $"The declaration {file} cannot be read. There is no such file.",
                $"Name the service's file with --declaration PATH, or set {Variable} to its path.",
                nameof(SecretErrorCode.DeclarationInvalid)
            );
    }
}
