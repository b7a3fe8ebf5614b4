using System.Text.Json;
using Strongroom;

namespace ExecutionGateway.Broker;

/// <summary>The broker is unreachable or its response is not valid. Never the same as a refusal.</summary>
internal static class BrokerFailure
{
    /// <summary>Whether it is one; a cancellation that the caller did not ask for is a time-out.</summary>
    public static bool Is(Exception exception, CancellationToken ct) =>
        exception is HttpRequestException or JsonException or IOException or SecretException
        || (exception is OperationCanceledException && !ct.IsCancellationRequested);
}
