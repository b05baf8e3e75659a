using System.Security.Cryptography;
using Corten.Containers.Attach;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.Linux.Terminals;
using Corten.Oci.Errors;

namespace Corten.Containers.Exec;

/// <summary>Asks for one more process in a running container; it runs when it is started.</summary>
public sealed class CreateExec
{
    private readonly ContainerCore _core;
    private readonly ExecRegistry _registry;

    internal CreateExec(ContainerCore core, ExecRegistry registry) => (_core, _registry) = (core, registry);

    /// <returns>The new session's id.</returns>
    public string Run(string idOrName, ExecConfig config)
    {
        if (config.Cmd is null or [])
        {
            throw CortenException.Invalid("No exec command specified");
        }

        DetachKeys.Parse(config.DetachKeys);
        var container = _core.Registry.Find(idOrName);
        CheckRunning(container, idOrName);
        _core.CgroupMoves.Begin();
        var session = new ExecSession(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), container, config, ExecSpec.Identify(container, config));
        _registry.Add(session);
        _core.Events.Publish(container, ExecEvent.Words("exec_create", config.Cmd), ("execID", session.Id));
        return session.Id;
    }

    internal static void CheckRunning(Container container, string asked)
    {
        switch (container.Status)
        {
            case { Phase: Phase.Restarting }:
                throw CortenException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
            case { IsRunning: false }:
                throw CortenException.Conflict($"container {container.Id} is not running");
            case { Paused: true }:
                throw CortenException.Conflict($"Container {asked} is paused, unpause the container before exec");
        }
    }
}

/// <summary>What is known about an exec.</summary>
public sealed class InspectExec
{
    private readonly ExecRegistry _registry;

    internal InspectExec(ExecRegistry registry) => _registry = registry;

    public ExecInspect Run(string id)
    {
        var session = _registry.Find(id);
        var config = session.Config;
        return new ExecInspect
        {
            ID = session.Id,
            Running = session.Running,
            ExitCode = session.ExitCode,
            ProcessConfig = new ExecProcessConfig
            {
                Tty = config.Tty,
                Entrypoint = config.Cmd![0],
                Arguments = [.. config.Cmd.Skip(1)],
                Privileged = config.Privileged,
                User = config.User.Length > 0 ? config.User : null,
            },
            OpenStdin = config.AttachStdin,
            OpenStderr = config.AttachStderr,
            OpenStdout = config.AttachStdout,
            ContainerID = session.Container.Id,
            DetachKeys = config.DetachKeys.Length > 0 ? DetachKeys.Parse(config.DetachKeys).Encoded : "",
            Pid = session.Pid,
        };
    }
}

/// <summary>Gives an exec's terminal another size.</summary>
public sealed class ResizeExec
{
    private readonly ExecRegistry _registry;

    internal ResizeExec(ExecRegistry registry) => _registry = registry;

    public void Run(string id, uint height, uint width)
    {
        var session = _registry.Find(id);
        if (!session.Running)
        {
            throw CortenException.Invalid("exec process is not started");
        }

        if (session.Terminal is { } terminal)
        {
            PseudoTerminal.Resize(terminal, (ushort)Math.Min(height, ushort.MaxValue), (ushort)Math.Min(width, ushort.MaxValue));
        }
    }
}
