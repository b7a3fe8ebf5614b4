using System.Globalization;

namespace Strongroom.Cli.Running;

/// <summary>What lives below a process, whichever session or group it has gone to; from <c>/proc</c>.</summary>
internal static class Descendants
{
    /// <summary>Each with its process group; zombies are left out.</summary>
    internal static IReadOnlyList<(int Id, int Group)> Of(int root, int except)
    {
        var children = All().ToLookup(one => one.Parent);
        var found = new List<(int, int)>();
        var open = new Stack<int>([root]);
        while (open.TryPop(out var parent))
        {
            foreach (var child in children[parent].Where(child => child.Id != except))
            {
                open.Push(child.Id);
                if (child.State is not ('Z' or 'X'))
                    found.Add((child.Id, child.Group));
            }
        }
        return found;
    }

    private static IEnumerable<(int Id, char State, int Parent, int Group)> All()
    {
        foreach (var folder in Folders())
        {
            if (
                !int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || Read(folder) is not { } text
            )
                continue;
            // The name, in parentheses, may hold anything.
            if (
                text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                is [[var state], var parent, var group, ..]
            )
                yield return (
                    id,
                    state,
                    int.Parse(parent, CultureInfo.InvariantCulture),
                    int.Parse(group, CultureInfo.InvariantCulture)
                );
        }
    }

    private static string[] Folders()
    {
        try
        {
            return Directory.GetDirectories("/proc");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Read(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is hidden from this user.
            return null;
        }
    }
}
