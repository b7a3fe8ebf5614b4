namespace Strongroom;

/// <summary>What must hold for a write to happen. <c>default</c> asks for nothing: the last writer wins.</summary>
public readonly record struct SetCondition
{
    /// <summary>The version that must be current, where one was named.</summary>
    public SecretVersion? Expected { get; private init; }

    /// <summary>True where the secret must not exist yet.</summary>
    public bool MustBeAbsent { get; private init; }

    /// <summary>Only where there is no such secret yet.</summary>
    public static SetCondition Absent { get; } = new() { MustBeAbsent = true };

    /// <summary>Only where <paramref name="version"/> is current.</summary>
    public static SetCondition Version(SecretVersion version) => new() { Expected = version };
}
