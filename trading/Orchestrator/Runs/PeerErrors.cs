using System.Data.Common;
using System.Text.Json;
using Strongroom;

namespace Orchestrator.Runs;

/// <summary>What the next attempt may find mended: a service, the database or a secret that is away.</summary>
internal static class PeerErrors
{
    public static bool Is(Exception exception, CancellationToken ct) =>
        exception is HttpRequestException or HttpIOException or JsonException or SecretException or DbException
        || (exception is OperationCanceledException && !ct.IsCancellationRequested);
}
