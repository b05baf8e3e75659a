using Corten.Daemon.Http;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Plugins;

/// <summary>
/// Managed plugins: answered as an engine that has none. Volume plugins that run by themselves are found without these (docs/compatibility.md).
/// </summary>
internal static class PluginsRoutes
{
    public static void Add(RouteTable routes)
    {
        routes.Get("/plugins", ListAsync);
        routes.Get("/plugins/privileges", _ => throw NotInstalled());
        routes.Post("/plugins/pull", _ => throw NotInstalled());
        routes.Post("/plugins/create", _ => throw NotInstalled());
        routes.Get("/plugins/{name*}/json", NoSuchPlugin);
        routes.Post("/plugins/{name*}/enable", EnableAsync);
        routes.Post("/plugins/{name*}/disable", NoSuchPlugin);
        routes.Post("/plugins/{name*}/upgrade", NoSuchPlugin);
        routes.Post("/plugins/{name*}/push", NoSuchPlugin);
        routes.Post("/plugins/{name*}/set", NoSuchPlugin);
        routes.Delete("/plugins/{name*}", NoSuchPlugin);
    }

    private static async Task ListAsync(RequestContext context)
    {
        context.Query.Filters("capability", "enabled").Bool("enabled");
        var body = await context.StartStreamAsync("application/json");
        await body.WriteAsync("[]\n"u8.ToArray(), context.Aborted);
    }

    private static Task EnableAsync(RequestContext context)
    {
        context.Query.RequiredInt("timeout");
        return NoSuchPlugin(context);
    }

    private static Task NoSuchPlugin(RequestContext context) => throw CortenException.NotFound($"plugin \"{context.Route["name"]}\" not found");

    private static CortenException NotInstalled() => CortenException.NotImplemented("this engine does not install plugins");
}
