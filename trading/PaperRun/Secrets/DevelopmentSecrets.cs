using System.Security.Cryptography;
using System.Text;
using Strongroom;
using Strongroom.Env;
using Strongroom.Unix;

namespace PaperRun.Secrets;

/// <summary>
/// Makes <c>.env</c> from its template with fresh values, and gives each service a file with its own secrets and no others.
/// </summary>
internal static class DevelopmentSecrets
{
    private const string Placeholder = "generate";

    /// <summary>Makes the file where it is missing; one that is there is left as it is. True where it was made.</summary>
    internal static bool EnsureExists(FileInfo dotenv)
    {
        if (dotenv.Exists)
            return false;
        var template = new FileInfo(Path.Combine(dotenv.DirectoryName!, ".env.template"));
        if (!template.Exists)
            throw new PaperRunException(
                $"{template.FullName} is missing, so {dotenv.FullName} cannot be made. Run in the repository's folder."
            );
        var lines = File.ReadAllLines(template.FullName)
            .Select(line => line.EndsWith("=" + Placeholder, StringComparison.Ordinal) ? Filled(line) : line);
        Write(dotenv.FullName, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        return true;
    }

    /// <summary>Writes what a declaration names, and nothing else, to a file of its own.</summary>
    internal static async Task WriteForAsync(SecretDeclaration declaration, FileInfo dotenv, string path, CancellationToken ct)
    {
        using var all = await LoadAsync(dotenv, ct);
        var own = DotenvFile.Parse("# This service's own secrets.\n"u8, path);
        foreach (var secret in declaration.Secrets)
        {
            var variable = EnvVariable.NameOf(secret.Name, "");
            using var value = all.ReadSecret(variable);
            if (value is not null)
                own = own.With(variable, value);
        }
        using (own)
            Write(path, own.Bytes.Span);
    }

    /// <summary>As the env backend reads it: a file that is open to others or malformed is refused.</summary>
    internal static async ValueTask<DotenvFile> LoadAsync(FileInfo dotenv, CancellationToken ct) =>
        await new DotenvStore(dotenv.FullName, TimeProvider.System).LoadAsync(ct)
        ?? throw new PaperRunException($"{dotenv.FullName} is missing. The next run makes it.");

    private static string Filled(string line)
    {
        var name = line[..line.IndexOf('=', StringComparison.Ordinal)];
        return name switch
        {
            "ALPACA_API_KEY_ID" => $"{name}=PK{RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 18)}",
            "ALPACA_API_SECRET_KEY" =>
                $"{name}={RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40)}",
            "WEBHOOK_SECRET" => $"{name}=whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}",
            _ => $"{name}={RandomNumberGenerator.GetHexString(64, lowercase: true)}",
        };
    }

    /// <summary>Atomic, since a partial file would be taken for one that a developer wrote.</summary>
    private static void Write(string path, ReadOnlySpan<byte> text) => AtomicFile.Replace(path, text, UnixFile.OwnerOnly);
}
