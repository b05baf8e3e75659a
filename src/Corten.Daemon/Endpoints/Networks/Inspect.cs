using Corten.Daemon.Http;
using Corten.EngineApi.Networks;
using Corten.Networks;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Networks;

/// <summary><c>GET /networks/{id}</c></summary>
internal sealed class Inspect(NetworkService networks)
{
    public Task ServeAsync(RequestContext context)
    {
        var id = context.Route["id"];
        if (context.Query.Text("verbose") is { Length: > 0 } verbose && verbose is not ("1" or "t" or "T" or "TRUE" or "true" or "True" or "0" or "f" or "F" or "FALSE" or "false" or "False"))
        {
            throw CortenException.Invalid($"invalid value for verbose: {verbose}: strconv.ParseBool: parsing \"{verbose}\": invalid syntax");
        }

        // There is one scope here; asked for another, a network is not found.
        if (context.Query.Text("scope") is { Length: > 0 } scope && scope != "local")
        {
            throw CortenException.NotFound($"network {id} not found");
        }

        return context.WriteJsonAsync(networks.Inspect(id), NetworkJson.Plain.NetworkResource);
    }
}
