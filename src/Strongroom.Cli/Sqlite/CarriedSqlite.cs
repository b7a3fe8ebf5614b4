using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;
using Strongroom.Env;

namespace Strongroom.Cli.Sqlite;

/// <summary>
/// The one file carries SQLite inside itself: NuGet has it for Linux as a shared library only, which cannot be linked in. It is loaded
/// from memory at first use, so that nothing has to lie beside the file and nothing is written to disk.
/// </summary>
internal static class CarriedSqlite
{
    private const string Library = "e_sqlite3";
    private const string Resource = "libe_sqlite3.so";

    /// <summary>Before any SQLite is touched. Where no library is carried (tests, the .NET tool), the usual search finds it.</summary>
    [ModuleInitializer]
    internal static void Register()
    {
        if (Assembly.GetExecutingAssembly().GetManifestResourceInfo(Resource) is not null)
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) => name == Library ? Load() : 0);
    }

    private static nint Load()
    {
        using var carried = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var file = UnixFile.CreateInMemory(Resource);
        using (var memory = new FileStream(file, FileAccess.Write, bufferSize: 0))
        {
            carried.CopyTo(memory);
            return NativeLibrary.Load($"/proc/self/fd/{file.DangerousGetHandle()}");
        }
    }
}
