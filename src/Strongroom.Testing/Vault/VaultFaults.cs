using System.Globalization;

namespace Strongroom.Testing;

/// <summary>Vault's error responses, for <see cref="VaultServer.Faults"/>.</summary>
public static class VaultFaults
{
    /// <summary>Every path but <c>sys/health</c>: with <see cref="Fault.Hang"/>, a Vault whose audit device is stuck.</summary>
    public static FaultTrigger AllButHealth { get; } = new() { ExceptPathPrefix = "/v1/sys/health" };

    /// <summary>503: sealed, or in maintenance.</summary>
    public static Fault Sealed() => Error(503, "Vault is sealed");

    /// <summary>500.</summary>
    public static Fault InternalError() => Error(500, "internal error");

    /// <summary>412: the node has not yet seen what was written elsewhere.</summary>
    public static Fault NotYetThere() => Error(412, "required index state not present");

    /// <summary>403, regardless of the token's policies.</summary>
    public static Fault Denied() => Error(403, "1 error occurred:\\n\\t* permission denied\\n\\n");

    /// <summary>429: too many requests.</summary>
    /// <param name="retryAfter">What <c>Retry-After</c> says. Default null: nothing, as Vault has it unless told
    /// otherwise.</param>
    public static Fault Throttled(TimeSpan? retryAfter = null)
    {
        const string Body = """{"errors":["request path: rate limit quota exceeded"]}""";
        return retryAfter is { } wait
            ? Fault.Status(
                429,
                Body,
                ("Retry-After", ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture))
            )
            : Fault.Status(429, Body);
    }

    private static Fault Error(int status, string text) => Fault.Status(status, $$"""{"errors":["{{text}}"]}""");
}
