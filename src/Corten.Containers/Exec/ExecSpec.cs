using Corten.Containers.Machine;
using Corten.Containers.Lifecycle;
using Corten.Containers.Model;
using Corten.Containers.Rootfs;
using Corten.Containers.Spec;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Containers.Exec;

/// <summary>The process of an exec, with what it takes over from its container.</summary>
internal static class ExecSpec
{
    /// <param name="container">It runs.</param>
    /// <param name="exec">What was asked for.</param>
    /// <param name="identity">Who it runs as.</param>
    /// <param name="size">The terminal's size, height first; null to leave it.</param>
    /// <param name="core"></param>
    public static ProcessSpec Of(Container container, ExecConfig exec, Identity identity, IReadOnlyList<int>? size, ContainerCore core)
    {
        var (config, host) = (container.Record.Config, container.Record.Host);
        var security = SecurityOptions.Parse(host.SecurityOpt, core.Settings);
        var capabilities = CapabilityPlan.Resolve(host.Privileged || exec.Privileged, host.CapAdd, host.CapDrop);
        var environment = ProcessEnvironment.Of(config with { Tty = exec.Tty }, config.Hostname, LinkVariables.Of(container.Record, core.Registry, core.Sandboxes));
        ProcessEnvironment.Override(environment, exec.Env);
        return new ProcessSpec
        {
            Terminal = exec.Tty,
            ConsoleSize = exec.Tty && size is [> 0 and var height, > 0 and var width] ? new ConsoleSize { Height = (ushort)height, Width = (ushort)width } : null,
            User = SpecBuilder.User(identity),
            Args = exec.Cmd,
            Env = environment,
            Cwd = exec.WorkingDir.Length > 0 ? exec.WorkingDir : config.WorkingDir.Length > 0 ? config.WorkingDir : "/",
            Capabilities = CapabilityPlan.Sets(capabilities),
            Rlimits = Rlimits.Of(host.Ulimits, core.Settings.DefaultUlimits),
            NoNewPrivileges = security.NoNewPrivileges,
            ApparmorProfile = AppArmor.ProfileOf(security.AppArmor, host.Privileged),
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    /// <summary>By the users that the running container knows now, which may not be its image's.</summary>
    /// <exception cref="CortenException">It knows no such one.</exception>
    public static Identity Identify(Container container, ExecConfig exec)
    {
        var config = container.Record.Config;
        using var root = MountedRoot.OfProcess(container.Status.Pid);
        return AccountLookup.Read(root.Handle).Resolve(exec.User.Length > 0 ? exec.User : config.User, container.Record.Host.GroupAdd);
    }
}
