namespace Strongroom.Testing;

/// <summary>An answer of Alpaca's that says no: its status, its code and its words.</summary>
internal sealed class Refusal(int status, int? code, string message, params (string Name, string Value)[] details)
    : Exception(message)
{
    public int Status => status;

    public int? Code => code;

    public IReadOnlyList<(string Name, string Value)> Details => details;

    public static Refusal Unauthorized() => new(401, 40110000, "request is not authorized");

    // The market data service sits behind a gateway of its own, which sends no code.
    public static Refusal DataUnauthorized() => new(401, null, "unauthorized.");

    // Said of the credential, not of what was asked for: that comes with a code.
    public static Refusal NoAccess() => new(403, null, "forbidden.");

    public static Refusal BadBody() => new(400, 40010000, "request body format is invalid");

    public static Refusal BadData(string message) => new(400, null, message);

    public static Refusal Invalid(string message) => new(422, 40010001, message);

    public static Refusal Unprocessable(string message) => new(422, 42210000, message);

    public static Refusal NotFound(string message) => new(404, 40410000, message);

    public static Refusal Forbidden(string message, params (string, string)[] details) => new(403, 40310000, message, details);

    public static Refusal TooMany() => new(429, 42910000, "rate limit exceeded");
}
