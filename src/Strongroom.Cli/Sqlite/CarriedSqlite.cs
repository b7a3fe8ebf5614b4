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
internal static partial class CarriedSqlite
{
    private const string Library = "e_sqlite3";
    private const string Resource = "libe_sqlite3.so";
    private const int DontNeed = 4;

    /// <summary>Before any SQLite is touched. Where no library is carried (tests, the .NET tool), the usual search finds it.</summary>
    [ModuleInitializer]
    internal static void Register()
    {
        if (Assembly.GetExecutingAssembly().GetManifestResourceInfo(Resource) is not null)
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) => name == Library ? Load() : 0);
    }

    private static unsafe nint Load()
    {
        using var carried = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var file = UnixFile.CreateInMemory(Resource);
        RandomAccess.Write(file, new ReadOnlySpan<byte>(carried.PositionPointer, (int)carried.Length), fileOffset: 0);
        Forget((nint)carried.PositionPointer, (nint)carried.Length);
        return NativeLibrary.Load($"/proc/self/fd/{file.DangerousGetHandle()}");
    }

    /// <summary>The pages of this file that were copied: the kernel would count them as ours to the end, and reads them again if they are wanted.</summary>
    private static void Forget(nint start, nint length)
    {
        var page = Environment.SystemPageSize;
        var first = (start + page - 1) / page * page;
        // It is advice: whether it is taken changes nothing but a number.
        _ = Advise(first, (start + length - first) / page * page, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);
}
