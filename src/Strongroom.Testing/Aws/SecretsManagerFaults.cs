using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Strongroom.Testing.Aws;

namespace Strongroom.Testing;

/// <summary>AWS's error responses, for <see cref="SecretsManagerServer.Faults"/>.</summary>
public static class SecretsManagerFaults
{
    /// <summary>Only requests of one operation.</summary>
    /// <param name="operation">Such as <c>GetSecretValue</c>.</param>
    /// <param name="times">How many of them. Default null: until cleared.</param>
    public static FaultTrigger Only(string operation, int? times = null) =>
        new() { Matches = request => AwsEndpoint.OperationOf(request) == operation, Times = times };

    /// <summary>400: too many requests.</summary>
    public static Fault Throttled() => Error("ThrottlingException", "Rate exceeded");

    /// <summary>500: the service's own fault.</summary>
    public static Fault InternalError() => Error("InternalServiceError", "An error occurred on the server side.", 500);

    /// <summary>503.</summary>
    public static Fault Unavailable() =>
        Error("ServiceUnavailable", "The request has failed due to a temporary failure of the server.", 503);

    /// <summary>400: the session token has expired.</summary>
    public static Fault ExpiredToken() => Error("ExpiredTokenException", "The security token included in the request is expired");

    /// <summary>400: the access key is not known.</summary>
    public static Fault UnrecognizedClient() =>
        Error("UnrecognizedClientException", "The security token included in the request is invalid.");

    /// <summary>
    /// 400: the request's time is more than fifteen minutes off. A clock that is wrong for all is
    /// <see cref="SecretsManagerServer.ClockSkew"/>.
    /// </summary>
    public static Fault RequestExpired() => Error("RequestExpired", "Request has expired.");

    /// <summary>400: denied, regardless of the policy.</summary>
    public static Fault Denied() => Error("AccessDeniedException", "User is not authorized to perform this action.");

    /// <summary>400: the KMS key cannot decrypt the value.</summary>
    public static Fault DecryptionFailure() =>
        Error("DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key.");

    /// <summary>Any error by its name.</summary>
    /// <param name="code">What <c>__type</c> says; it may have a namespace before and a URL behind it, as some answers
    /// have.</param>
    /// <param name="message">Its message.</param>
    /// <param name="status">Default 400.</param>
    public static Fault Error(string code, string message, int status = 400)
    {
        ArgumentNullException.ThrowIfNull(code);
        var body = new JsonObject { ["__type"] = code, [AwsError.TextName(code)] = message };
        return Fault.Status(status, body.ToJsonString(), ("Content-Type", "application/x-amz-json-1.1"));
    }

    /// <summary>A batch that succeeds with errors inside: some of its secrets fail, the rest are there.</summary>
    /// <param name="code">The error of each, such as <c>InternalServiceError</c> or <c>DecryptionFailure</c>.</param>
    /// <param name="secretIds">The ids that fail, as they are asked for; none: all.</param>
    public static Fault BatchErrors(string code, params string[] secretIds) =>
        new BatchErrorsFault(new BatchFault(code, secretIds));
}

/// <inheritdoc cref="SecretsManagerFaults.BatchErrors" />
internal sealed class BatchErrorsFault(BatchFault fault) : Fault
{
    internal override Task StrikeAsync(FaultStrike strike)
    {
        strike.Context.Items[typeof(BatchFault)] = fault;
        return strike.Next(strike.Context);
    }
}
