using System.Text.Json.Serialization;
using Strongroom.Cli.Output;

namespace Strongroom.Cli.Doctor;

/// <summary>The result of one check. <c>state</c> is ok, fault, or unknown if it could not be checked.</summary>
internal sealed record Finding(string Check, string State, string Detail, string? Remedy)
{
    internal const string Ok = "ok";
    internal const string Fault = "fault";
    internal const string Unknown = "unknown";

    internal bool IsFault => State == Fault;

    internal static Finding Passed(string check, string detail) => new(check, Ok, detail, null);

    internal static Finding Failed(string check, string detail, string remedy) => new(check, Fault, detail, remedy);

    internal static Finding Undetermined(string check, string detail) => new(check, Unknown, detail, null);

    /// <summary>A fault that Strongroom knows: message and hint are those that any command gives.</summary>
    internal static Finding Failed(string check, SecretException error) => Failed(check, error.Message, ErrorHints.Of(error));
}

/// <summary>The result of <c>doctor</c>.</summary>
internal sealed record DoctorShape(bool Ok, bool RestartWouldSucceed, string? Service, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoctorShape))]
internal sealed partial class DoctorJson : JsonSerializerContext;
