using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Strongroom.Testing.Vault;

/// <summary>
/// HTTP around the engine, in the sequence of the real thing: status pages, seal, standby, quota, body, then token, policy
/// and engine.
/// </summary>
internal sealed class VaultEndpoint(VaultNode node)
{
    private const string Prefix = "/v1/";

    private readonly NodeStatus status = new(node);

    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Date = node.Core.Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        try
        {
            var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            var path = target.Split('?')[0];
            if (path.StartsWith(Prefix, StringComparison.Ordinal))
                await HandleAsync(context, Uri.UnescapeDataString(path[Prefix.Length..]));
            else
                await ShowPageAsync(context, path);
        }
        catch (VaultRefusal refusal) when (!context.Response.HasStarted)
        {
            await VaultJson.WriteAsync(context, refusal);
        }
    }

    private async Task HandleAsync(HttpContext context, string path)
    {
        var core = node.Core;
        var headers = context.Request.Headers;
        if (node.RequireRequestHeader && headers["X-Vault-Request"] != "true")
            throw new VaultRefusal(412, "missing 'X-Vault-Request' header");
        var query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
        var header = headers["X-Vault-Namespace"].ToString();
        if (NodeStatus.Knows(path))
        {
            // Health belongs to the server, not to a tenant.
            if (header.Trim('/') is not ("" or "root"))
                throw VaultRefusal.UnsupportedPath();
            if (
                status.Answer(context.Request.Method, path, query, new Fields(await VaultJson.ReadAsync(context), query)) is
                { } told
            )
            {
                await VaultJson.WriteAsync(context, told, "");
                return;
            }
        }
        var (space, rest) = core.Namespaces.Resolve(header, path);
        CheckSeal(space, rest);
        if (!node.IsActive)
        {
            SendToActive(context);
            return;
        }
        TakeFromQuota(context, space.Path + rest);
        var request = await ReadAsync(context, space, rest, query);
        var response = await core.HandleAsync(request, context.RequestAborted);
        // Whether one may seal is for the policy to say; what is sealed is this node.
        if (request is { Path: "sys/seal", Namespace.Path: "" })
            node.IsSealed = true;
        await VaultJson.WriteAsync(context, response, request.Id);
    }

    private void CheckSeal(VaultNamespace space, string rest)
    {
        if (!node.IsSealed)
            return;
        var login =
            rest.StartsWith("auth/", StringComparison.Ordinal)
            && rest.Contains("/login", StringComparison.Ordinal)
            && space.Mounts.Over(rest) is not null;
        throw new VaultRefusal(
            503,
            login || node.Core.Release != VaultRelease.V18 ? "Vault is sealed" : "error performing token check: Vault is sealed"
        );
    }

    private void SendToActive(HttpContext context)
    {
        if (node.Core.Active?.Url is not { } active)
            throw new VaultRefusal(500, "local node not active but active cluster node not found");
        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location =
            active.GetLeftPart(UriPartial.Authority) + context.Features.Get<IHttpRequestFeature>()!.RawTarget;
    }

    private void TakeFromQuota(HttpContext context, string path)
    {
        var quotas = node.Core.Quotas;
        if (quotas.Take(path, context.Connection.RemoteIpAddress?.ToString() ?? "") is not { } answer)
            return;
        var seconds = ((long)Math.Ceiling(answer.Reset.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (quotas.TellsHeaders)
        {
            context.Response.Headers["X-Ratelimit-Limit"] = answer.Limit.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["X-Ratelimit-Remaining"] = answer.Left.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["X-Ratelimit-Reset"] = seconds;
            if (!answer.Allowed)
                context.Response.Headers.RetryAfter = seconds;
        }
        if (!answer.Allowed)
            throw new VaultRefusal(429, $"request path \"{path}\": rate limit quota exceeded");
    }

    private static async Task<VaultRequest> ReadAsync(
        HttpContext context,
        VaultNamespace space,
        string path,
        IReadOnlyDictionary<string, string> query
    )
    {
        var (request, headers) = (context.Request, context.Request.Headers);
        var listing =
            request.Method == "LIST"
            || request.Method == "GET" && query.TryGetValue("list", out var list) && list is "true" or "1";
        var token = headers["X-Vault-Token"].ToString();
        if (
            token.Length == 0
            && headers.Authorization.ToString() is var bearer
            && bearer.StartsWith("Bearer ", StringComparison.Ordinal)
        )
            token = bearer["Bearer ".Length..];
        var ttl = headers["X-Vault-Wrap-TTL"].ToString();
        if (!GoDuration.TryParse(ttl, out var wrap) || wrap < TimeSpan.Zero)
            throw VaultRefusal.BadRequest("error parsing X-Vault-Wrap-TTL");
        var isArchive = path == "sys/storage/raft/snapshot";
        return new VaultRequest
        {
            Operation = listing
                ? Operation.List
                : request.Method switch
                {
                    "GET" or "HEAD" => Operation.Read,
                    "POST" or "PUT" => Operation.Update,
                    "PATCH" => Operation.Patch,
                    "DELETE" => Operation.Delete,
                    _ => throw new VaultRefusal(405),
                },
            Path = listing && !path.EndsWith('/') ? path + "/" : path,
            Namespace = space,
            Fields = new Fields(isArchive ? [] : await VaultJson.ReadAsync(context), query),
            Archive = isArchive ? await VaultJson.ReadBytesAsync(context) : null,
            ClientToken = token.Length == 0 ? null : token,
            WrapTtl = wrap > TimeSpan.Zero ? wrap : null,
            ContentType = request.ContentType?.Split(';')[0].Trim(),
            Certificate = await context.Connection.GetClientCertificateAsync(context.RequestAborted),
            RemoteAddress = context.Connection.RemoteIpAddress?.ToString() ?? "",
        };
    }

    // A Vault has a user interface there; this one says that it has none.
    private static async Task ShowPageAsync(HttpContext context, string path)
    {
        if (path == "/")
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = "/ui/";
            return;
        }
        if (path != "/ui/")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(
            "<!DOCTYPE html><html><title>Vault</title><p>An in-process Vault for tests. It has no user interface.</p></html>",
            context.RequestAborted
        );
    }
}
