using Corten.Oci.Errors;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Lifecycle;

/// <summary>Gives a container's terminal another size.</summary>
public sealed class ResizeContainer
{
    private readonly ContainerCore _core;

    internal ResizeContainer(ContainerCore core) => _core = core;

    public void Run(string idOrName, uint height, uint width)
    {
        var container = _core.Registry.Find(idOrName);
        if (container.Run is not { } run)
        {
            throw CortenException.Conflict($"container {container.Id} is not running");
        }

        run.Monitor.Send(new Resize { Height = (ushort)Math.Min(height, ushort.MaxValue), Width = (ushort)Math.Min(width, ushort.MaxValue) });
        _core.Events.Publish(container, "resize",
            ("height", height.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("width", width.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }
}
