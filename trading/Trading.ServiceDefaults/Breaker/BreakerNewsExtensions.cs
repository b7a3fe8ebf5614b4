using Microsoft.AspNetCore.Builder;

namespace Trading.ServiceDefaults;

internal static class BreakerNewsExtensions
{
    internal static void AddBreakerNews(this WebApplicationBuilder builder)
    {
    }
}
