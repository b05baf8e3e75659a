using System.Collections.Concurrent;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Lifetime;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Corten.Daemon.Http;

/// <summary>Serves the Engine API: what every request has in common, before and after its route's handler.</summary>
internal sealed class EngineApplication(RouteTable routes, EngineIdentity identity, Log log, IdleMemory idle) : IHttpApplication<RequestContext>
{
    private readonly string _server = $"Docker/{identity.Version} (linux)";
    private readonly string _maxVersion = ApiVersion.Max.ToString();
    private readonly string _experimental = identity.Experimental ? "true" : "false";
    private readonly ConcurrentDictionary<RequestContext, bool> _running = [];

    public RequestContext CreateContext(IFeatureCollection contextFeatures)
    {
        var context = new RequestContext(new DefaultHttpContext(contextFeatures));
        _running[context] = true;
        return context;
    }

    public void DisposeContext(RequestContext context, Exception? exception)
    {
        context.Dispose();
        _running.TryRemove(context, out _);
        idle.Postpone();
    }

    /// <summary>Waits for the requests that will end by themselves: not for those that follow something and so might never.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        var step = TimeSpan.FromMilliseconds(10);
        for (var waited = TimeSpan.Zero; waited < patience && _running.Keys.Any(c => !c.IsStream); waited += step)
        {
            await Task.Delay(step);
        }
    }

    public async Task ProcessRequestAsync(RequestContext context)
    {
        try
        {
            await DispatchAsync(context);
        }
        catch (Exception e) when (context.Http.RequestAborted.IsCancellationRequested
            || ((context.Hijacked || context.Aborted.IsCancellationRequested) && e is OperationCanceledException or IOException))
        {
            // The client is gone: whatever failed for that reason has nobody to be told to.
            log.Debug($"{context.Http.Request.Method} {context.Http.Request.Path}: the client is gone: {e.Message}");
            if (!context.Hijacked)
            {
                // Should it listen after all: what failed must not look like an answer without content, or like one that is whole.
                context.Http.Abort();
            }
        }
        catch (Exception e)
        {
            await AnswerErrorAsync(context, e);
        }
    }

    private Task DispatchAsync(RequestContext context)
    {
        var response = context.Http.Response;
        var path = RequestPath.Decode(context.Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (path == "*")
        {
            return context.WriteEmptyAsync(StatusCodes.Status200OK);
        }

        if (path is null)
        {
            return context.WriteTextAsync("400 Bad Request", StatusCodes.Status400BadRequest);
        }

        if (RequestPath.Clean(path) is var clean && clean != path)
        {
            response.Headers.Location = clean + context.Http.Request.QueryString;
            return context.WriteEmptyAsync(StatusCodes.Status301MovedPermanently);
        }

        var written = RequestPath.CutVersion(ref path);
        var version = written is null ? ApiVersion.Max : ApiVersion.Parse(written);
        var options = HttpMethods.IsOptions(context.Http.Request.Method);
        var found = options ? default : routes.Find(context.Http.Request.Method, path);
        if (found is null && !options)
        {
            return ErrorAnswer.WriteAsync(response, StatusCodes.Status404NotFound, "page not found", context.Aborted);
        }

        response.Headers.Server = _server;
        response.Headers["Api-Version"] = _maxVersion;
        response.Headers["Ostype"] = "linux";
        if (Refusal(version, written) is { } refusal)
        {
            return version < ApiVersion.Min
                ? context.WriteTextAsync(refusal + "\n", StatusCodes.Status400BadRequest)
                : ErrorAnswer.WriteAsync(response, StatusCodes.Status400BadRequest, refusal, context.Aborted);
        }

        response.Headers["Docker-Experimental"] = _experimental;
        if (found is not { } route)
        {
            return context.WriteEmptyAsync(StatusCodes.Status200OK);
        }

        context.Version = version;
        context.Route = route.Values;
        return route.Handler(context);
    }

    /// <param name="version">What the request speaks.</param>
    /// <param name="written">The same as the client wrote it, which it is told again.</param>
    private static string? Refusal(ApiVersion version, string? written)
    {
        if (version < ApiVersion.Min)
        {
            return $"client version {written} is too old. Minimum supported API version is {ApiVersion.Min}, "
                + "please upgrade your client to a newer version";
        }

        return version > ApiVersion.Max
            ? $"client version {written} is too new. Maximum supported API version is {ApiVersion.Max}"
            : null;
    }

    private async Task AnswerErrorAsync(RequestContext context, Exception e)
    {
        var status = ErrorAnswer.Status(e);
        var request = $"{context.Http.Request.Method} {context.Http.Request.Path}";
        if (status == StatusCodes.Status500InternalServerError)
        {
            log.Error($"handler for {request} failed: {e.Message}", e);
        }
        else
        {
            log.Debug($"{request} answered {status}: {e.Message}");
        }

        if (context.Hijacked)
        {
            return;
        }

        if (context.HasStarted)
        {
            // The status is out: a connection that ends without its last chunk is the only way left to say that the body is not whole.
            context.Http.Abort();
            return;
        }

        foreach (var name in (string[])["Content-Type", "Content-Length", "Transfer-Encoding"])
        {
            context.Http.Response.Headers.Remove(name);
        }

        await ErrorAnswer.WriteAsync(context.Http.Response, status, e.Message, context.Http.RequestAborted);
    }
}
