using Strongroom.Cli.Input;

namespace Strongroom.Cli.Migration;

/// <summary>What a variable of the file is.</summary>
internal enum EntryKind
{
    /// <summary>Stays in plain sight.</summary>
    Configuration,

    /// <summary>A secret.</summary>
    Secret,

    /// <summary>A URL that stays, with a password in it that is a secret.</summary>
    Url,

    /// <summary>What one logs in to a backend with, which cannot come from there.</summary>
    Login,

    /// <summary>Unknown: it stays out of the template and out of the backend until a person decides.</summary>
    Undecided,

    /// <summary>Nothing, or a placeholder; the classifier's own word, since such an entry is configuration.</summary>
    Blank,
}

/// <summary>One variable of the file and what is to become of it.</summary>
internal sealed class PlannedEntry(string variable, EntryKind kind, string reason) : IDisposable
{
    internal string Variable => variable;

    internal EntryKind Kind => kind;

    /// <summary>Why it is taken for that.</summary>
    internal string Reason => reason;

    /// <summary>The secret's name; none for configuration and logins.</summary>
    internal SecretName? Name { get; init; }

    /// <summary>Where it goes in the backend.</summary>
    internal SecretName? Place { get; init; }

    /// <summary>The services that declare it.</summary>
    internal IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>What is to be stored; of a URL the password only, as it is without the URL's own writing.</summary>
    internal SecretValue? Value { get; init; }

    /// <summary>What is wrong with the value where it is short or guessed first, else null.</summary>
    internal string? Weakness => Value is null ? null : WeakValues.ProblemOf(Value);

    /// <summary>Its state: new, unchanged, written, conflict, …; empty if the backend was not asked.</summary>
    internal string State { get; set; } = "";

    /// <summary>The version in the backend, where there is one.</summary>
    internal string? Version { get; set; }

    /// <summary>It has no value that could be lost.</summary>
    internal bool IsBlank { get; init; }

    internal bool IsStored => Place is not null;

    public void Dispose() => Value?.Dispose();
}

/// <summary>The words of <see cref="PlannedEntry.State"/>, which are the words of the output too.</summary>
internal static class EntryState
{
    internal const string New = "new";
    internal const string Unchanged = "unchanged";
    internal const string Written = "written";
    internal const string Conflict = "conflict";
    internal const string Deleted = "deleted there";
    internal const string TwoValues = "two values in the file";
    internal const string Left = "not of these services";
    internal const string Equal = "equal";
    internal const string Differs = "differs";
    internal const string Missing = "missing";

    internal static bool IsConflict(string state) => state is Conflict or Deleted or TwoValues;
}
