using System.Data.Common;
using System.Text.Json;
using Strongroom;

namespace Orchestrator.Runs;

/// <summary>Errors that the next attempt may not meet: an unavailable service, database or secret.</summary>
internal static class PeerErrors
{
    public static bool Is(Exception exception, CancellationToken ct) =>
        exception is HttpRequestException or HttpIOException or JsonException or SecretException or DbException
        || (exception is OperationCanceledException && !ct.IsCancellationRequested);
}
