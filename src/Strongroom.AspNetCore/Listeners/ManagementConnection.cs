using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>
/// Marks a connection to the management listener. The mark is on the connection itself, which no header can change. A port would
/// not do: it is 0 in a test, and two addresses may share one.
/// </summary>
internal sealed class ManagementConnection
{
    private static readonly ManagementConnection s_mark = new();

    private ManagementConnection() { }

    internal static bool Is(HttpContext context) => context.Features.Get<ManagementConnection>() is not null;

    internal static ConnectionDelegate Mark(ConnectionDelegate next) =>
        connection =>
        {
            connection.Features.Set(s_mark);
            return next(connection);
        };
}
