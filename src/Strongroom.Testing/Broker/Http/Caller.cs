using Microsoft.AspNetCore.Http;

namespace Strongroom.Testing;

/// <summary>Whose request this is, once <see cref="Gate"/> has let it in.</summary>
internal sealed record Caller(BrokerAccount Account, string KeyId)
{
    public static Caller Of(HttpContext context) => (Caller)context.Items[typeof(Caller)]!;
}
