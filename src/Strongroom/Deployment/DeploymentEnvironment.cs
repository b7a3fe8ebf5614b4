namespace Strongroom;

/// <summary>Where a process runs, which decides what is allowed.</summary>
public enum DeploymentEnvironment
{
    /// <summary>A developer's machine.</summary>
    Local,

    /// <summary>A test run.</summary>
    Test,

    /// <summary>Like production, without its data.</summary>
    Staging,

    /// <summary>The real thing; also what an unset environment counts as.</summary>
    Production,
}
