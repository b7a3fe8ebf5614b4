using Strongroom.Aws.Sdk;

namespace Strongroom.Aws.Transport;

/// <summary>
/// AWS's clock, out of the <c>Date</c> of an answer to a request that is not signed: it says whether AWS is there at all, also
/// where our clock is so wrong that no signature is taken.
/// </summary>
internal static class ServerClock
{
    internal static async ValueTask<DateTimeOffset?> AskAsync(AwsSender sender, CancellationToken ct)
    {
        var endpoint = new Uri(
            sender
                .Config.EndpointProvider.ResolveEndpoint(
                    SecretsManagerEndpoints.Parameters(sender.Config, sender.Config.RegionEndpoint?.SystemName)
                )
                .URL
        );
        using var http = SecretsManagerHttp.Create();
        try
        {
            using var answer = await http.GetAsync(endpoint, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            return answer.Headers.Date;
        }
        catch (HttpRequestException e)
        {
            throw AwsErrors.Unreachable(null, sender.Region, e.HttpRequestError);
        }
    }
}
