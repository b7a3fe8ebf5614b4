namespace Strongroom;

/// <summary>The precondition of a write. <c>default</c> is unconditional: the last writer wins.</summary>
public readonly record struct SetCondition
{
    /// <summary>The version that must be current; null for any.</summary>
    public SecretVersion? Expected { get; private init; }

    /// <summary>Whether the secret must not exist yet.</summary>
    public bool MustBeAbsent { get; private init; }

    /// <summary>Writes only if the secret does not exist yet.</summary>
    public static SetCondition Absent { get; } = new() { MustBeAbsent = true };

    /// <summary>Writes only if <paramref name="version"/> is current.</summary>
    public static SetCondition Version(SecretVersion version) => new() { Expected = version };
}
