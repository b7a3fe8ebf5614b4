using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Strongroom.AspNetCore;

/// <summary>
/// Marks a connection that came in on the management listener. The mark sits on the connection itself, where no header reaches; a
/// port can be compared too, but is 0 in a test and may be shared by two addresses.
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
