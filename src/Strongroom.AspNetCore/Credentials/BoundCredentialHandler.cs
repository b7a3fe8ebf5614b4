using System.Net;
using Microsoft.Extensions.Logging;

namespace Strongroom.AspNetCore;

/// <summary>
/// Adds a credential to each request, for the hosts that its declaration names only, and reports whether it was accepted. Use it
/// on <see cref="BoundSockets"/>, inside of handlers that repeat requests.
/// </summary>
/// <remarks>
/// The headers are removed when the request is complete. A request that may safely be repeated is sent once more where a newer
/// credential has replaced the rejected one; no other request is repeated.
/// </remarks>
public sealed class BoundCredentialHandler : DelegatingHandler
{
    private const int RejectionBodyBytes = 64 * 1024;

    private readonly ISecretManager _secrets;
    private readonly ICredentialReports _reports;
    private readonly CredentialBinding _binding;
    private readonly BoundCredentialOptions _options;
    private readonly ILogger<BoundCredentialHandler> _logger;

    /// <summary>Creates a handler.</summary>
    public BoundCredentialHandler(
        ISecretManager secrets,
        ICredentialReports reports,
        CredentialBinding binding,
        BoundCredentialOptions options,
        ILogger<BoundCredentialHandler> logger
    )
    {
        _secrets = secrets;
        _reports = reports;
        _binding = binding;
        _options = options;
        _logger = logger;
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        _binding.Require(request.RequestUri);
        var used = await _secrets.GetAsync(_options.Secrets, cancellationToken);
        var response = await SendWithAsync(request, used, cancellationToken);
        if (!await WasRejectedAsync(response, used, cancellationToken) || !MayBeRepeated(request))
            return response;

        var newer = await _secrets.GetAsync(_options.Secrets, cancellationToken);
        if (IsSameVersion(used, newer))
            return response;
        response.Dispose();
        response = await SendWithAsync(request, newer, cancellationToken);
        await WasRejectedAsync(response, newer, cancellationToken);
        return response;
    }

    private async Task<HttpResponseMessage> SendWithAsync(HttpRequestMessage request, SecretSet secrets, CancellationToken ct)
    {
        var added = new List<string>(2);
        try
        {
            foreach (var (name, value) in _options.Headers(secrets))
            {
                // Not left to the inner handler, whose exception may quote the value.
                if (value.Any(c => c is < ' ' or > '~') || value.Length == 0)
                    throw new SecretConfigurationException(
                        SecretErrorCode.ValueInvalid,
                        $"The secret for the header {name} holds characters that are not allowed in a header. Store it without "
                            + "line breaks or other control characters."
                    );
                added.Add(name);
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
            return LimitedContent.Of(await base.SendAsync(request, ct), _options.MaxResponseBytes);
        }
        finally
        {
            foreach (var name in added)
                request.Headers.Remove(name);
        }
    }

    /// <summary>Reports what the response means for the credential; true where another one should be tried.</summary>
    private async ValueTask<bool> WasRejectedAsync(HttpResponseMessage response, SecretSet used, CancellationToken ct)
    {
        // An intermediary's page does not mean that the credential was accepted, whatever its status.
        if (
            response.IsSuccessStatusCode
            && response.Content.Headers.ContentType?.MediaType is not ("text/html" or "application/xhtml+xml")
        )
            _reports.ReportAccepted(used);
        var isSuspicion = response.StatusCode == HttpStatusCode.Forbidden;
        if (
            !await IsInFormAsync(
                response,
                response.StatusCode == HttpStatusCode.Unauthorized ? _options.IsRejection
                    : isSuspicion ? _options.IsSuspicion
                    : null,
                ct
            )
        )
            return false;

        var host = response.RequestMessage?.RequestUri?.IdnHost ?? "";
        try
        {
            var outcome = await (isSuspicion ? _reports.ReportSuspectedAsync(used, ct) : _reports.ReportRejectedAsync(used, ct));
            Log.CredentialRejected(
                _logger,
                host,
                string.Join(", ", used.Select(secret => $"{secret.Bundle} {secret.Version}").Distinct()),
                outcome
            );
            return outcome is RejectionOutcome.Superseded or RejectionOutcome.Adopted;
        }
        catch (SecretException e)
        {
            Log.RejectionNotReported(_logger, host, e.Code, e.Message);
            return false;
        }
    }

    private static async ValueTask<bool> IsInFormAsync(
        HttpResponseMessage response,
        Func<HttpResponseMessage, ReadOnlyMemory<byte>, bool>? form,
        CancellationToken ct
    )
    {
        if (form is null)
            return false;
        try
        {
            await response.Content.LoadIntoBufferAsync(RejectionBodyBytes, ct);
            return form(response, await response.Content.ReadAsByteArrayAsync(ct));
        }
        catch (HttpRequestException)
        {
            // Too large for an API's error, or truncated. The caller has the status.
            response.Content.Dispose();
            response.Content = new ByteArrayContent([]);
            return false;
        }
    }

    private static bool MayBeRepeated(HttpRequestMessage request) =>
        request.Content is null
        && (
            request.Method == HttpMethod.Get
            || request.Method == HttpMethod.Head
            || request.Method == HttpMethod.Options
            || request.Method == HttpMethod.Delete
        );

    private static bool IsSameVersion(SecretSet left, SecretSet right)
    {
        for (var i = 0; i < left.Count; i++)
        {
            if (!left[i].IsSameVersion(right[i]))
                return false;
        }
        return true;
    }
}
