using Corten.Containers.Model;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>A container whose namespace others join: it has to run.</summary>
internal static class NamespaceDonor
{
    public const string JoiningNetwork = "joining network namespace of container: ";

    /// <param name="registry">The containers.</param>
    /// <param name="idOrName">Which.</param>
    /// <param name="doing">What an error begins with: <c>joining IPC namespace: </c>.</param>
    /// <exception cref="CortenException">It is not there, or does not run.</exception>
    public static Container Find(ContainerRegistry registry, string idOrName, string doing)
    {
        Container donor;
        try
        {
            donor = registry.Find(idOrName);
        }
        catch (CortenException e)
        {
            throw new CortenException(e.Kind, doing + e.Message);
        }

        return donor.Status switch
        {
            { IsRunning: true } => donor,
            { Phase: Phase.Restarting } => throw CortenException.Conflict($"{doing}container {donor.Id} is restarting, wait until the container is running"),
            _ => throw CortenException.Conflict($"{doing}cannot join container that is not running: container {donor.Id} is not running"),
        };
    }
}
