using Corten.Containers.Creation;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Gives a container another name.</summary>
public sealed class RenameContainer
{
    private readonly ContainerCore _core;

    internal RenameContainer(ContainerCore core) => _core = core;

    public Task RunAsync(string idOrName, string newName, CancellationToken cancellationToken)
    {
        if (idOrName.Length == 0 || newName.Length == 0)
        {
            throw CortenException.Invalid("Neither old nor new names may be empty");
        }

        var container = _core.Registry.Find(idOrName);
        return ContainerCore.InTurnAsync(container, async () =>
        {
            var (oldName, name) = (container.Name, newName.StartsWith('/') ? newName[1..] : newName);
            if (oldName == name)
            {
                throw CortenException.Invalid("Renaming a container with the same name as its current name");
            }

            try
            {
                name = ContainerName.Parse("/" + name);
                _core.Registry.ReserveName(name, container.Id);
            }
            catch (CortenException e)
            {
                throw new CortenException(e.Kind, "Error when allocating new name: " + e.Message);
            }

            try
            {
                _core.Table.Rename(container.Id, name);
                container.Name = name;
                if (container.Status.IsRunning)
                {
                    await _core.Sandboxes.RenameAsync(container.Id, name, cancellationToken);
                }
            }
            catch
            {
                container.Name = oldName;
                _core.Table.Rename(container.Id, oldName);
                _core.Registry.ReleaseName(name);
                throw;
            }

            _core.Registry.ReleaseName(oldName);
            _core.Events.Publish(container, "rename", ("oldName", "/" + oldName));
        }, cancellationToken);
    }
}
