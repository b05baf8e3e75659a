using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Validation;

/// <summary>What a create request is refused for as it is read, before its parts are looked at one by one.</summary>
internal static class RequestRules
{
    public static void Check(ContainerConfig config, HostConfig host)
    {
        NetworkRules.CheckConflicts(config, host);
        if (host.Isolation is not ("" or "default"))
        {
            throw CortenException.Invalid($"invalid isolation ({host.Isolation}): linux only supports 'default'");
        }

        ResourceRules.CheckSupport(host);
    }
}
