using System.Text.Json;
using Strongroom;

namespace ExecutionGateway.Broker;

/// <summary>The broker could not be asked, or gave no answer that makes sense: that is never a no.</summary>
internal static class BrokerFailure
{
    /// <summary>Whether it is one; a cancellation that the caller did not ask for is a time-out.</summary>
    public static bool Is(Exception exception, CancellationToken ct) =>
        exception is HttpRequestException or JsonException or IOException or SecretException
        || (exception is OperationCanceledException && !ct.IsCancellationRequested);
}
