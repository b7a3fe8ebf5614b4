using System.Text.Json.Serialization;

namespace Strongroom.Cli.Doctor;

/// <summary>One thing that was looked at. <c>state</c> is ok, fault, or unknown where it could not be looked at.</summary>
internal sealed record Finding(string Check, string State, string Detail, string? Remedy)
{
    internal const string Ok = "ok";
    internal const string Fault = "fault";
    internal const string Unknown = "unknown";

    internal bool IsFault => State == Fault;

    internal static Finding Good(string check, string detail) => new(check, Ok, detail, null);

    internal static Finding Bad(string check, string detail, string remedy) => new(check, Fault, detail, remedy);

    internal static Finding Open(string check, string detail) => new(check, Unknown, detail, null);

    /// <summary>A fault that Strongroom knows: message and hint are those that any command gives.</summary>
    internal static Finding Bad(string check, SecretException error) => Bad(check, error.Message, Output.ErrorHints.Of(error));
}

/// <summary>The result of <c>doctor</c>.</summary>
internal sealed record DoctorShape(bool Ok, bool RestartWouldSucceed, string? Service, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoctorShape))]
internal sealed partial class DoctorJson : JsonSerializerContext;
