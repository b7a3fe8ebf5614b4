namespace Strongroom.Env;

/// <summary>Constants of the env backend.</summary>
internal static class EnvDefaults
{
    /// <summary>The value of <c>SECRET_BACKEND</c> that picks it, and its name in errors and audit rows.</summary>
    internal const string BackendName = "env";
}
