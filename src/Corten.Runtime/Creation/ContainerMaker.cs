using System.Globalization;
using Corten.Linux;
using Corten.Linux.Namespaces;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Runtime.Hooks;
using Corten.Runtime.Init;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>
/// Makes a container from its plan: clones init, gives it its cgroup, mappings and limits while it builds its file system, and talks to it until
/// its program runs or it waits at its gate. On failure nothing of it is left.
/// </summary>
internal sealed class ContainerMaker(ContainerPlan plan, Stdio stdio, StartGate? gate)
{
    private InitChannel? _channel;

    /// <summary>Called when init is known, while it still sets itself up: time to record it.</summary>
    public Action<int>? InitKnown { get; init; }

    /// <exception cref="StepException">The step that failed.</exception>
    public MadeContainer Make()
    {
        int pid = 0;
        SafeFileHandle? pidfd = null;
        SafeFileHandle? console = null;
        try
        {
            (InitChannel maker, InitChannel init) = InitChannel.Create();
            _channel = maker;
            (pid, pidfd) = CloneInit(init);
            InitKnown?.Invoke(pid);
            if (plan.Namespaces.Makes(NamespaceKind.User)) WriteMappings(pid);
            GiveResources(pid);
            maker.Send(InitCommand.Joined);
            console = Converse(maker, pid);
            return new MadeContainer(pid, pidfd, console);
        }
        catch (Exception e)
        {
            console?.Dispose();
            Undo(pidfd);
            throw StepException.From("create", e);
        }
        finally
        {
            _channel?.Dispose();
        }
    }

    private (int Pid, SafeFileHandle Pidfd) CloneInit(InitChannel init)
    {
        using InitChannel child = init;
        using var restore = PidNamespaceForChildren.Enter(plan);
        TimeNamespaceForChildren.Make(plan);
        if (!plan.Namespaces.NeedsIntermediate)
        {
            int pid = Child.Clone((ulong)(plan.Namespaces.New & ~(NamespaceKind.Cgroup | NamespaceKind.Time)), asSibling: false, out SafeFileHandle? pidfd);
            if (pid == 0) ContainerInit.Run(plan, child, _channel!, stdio, gate);
            return (pid, pidfd!);
        }
        int between = Child.Clone(0, asSibling: false, out SafeFileHandle? betweenFd);
        if (between == 0) IntermediateProcess.Run(plan, child, _channel!, stdio, gate);
        child.Dispose();
        using (betweenFd)
        {
            var created = Expect(InitMessage.Created);
            Child.Wait(betweenFd!);
            return (int.Parse(created.Text, CultureInfo.InvariantCulture), created.Descriptor!);
        }
    }

    private void WriteMappings(int pid)
    {
        IdMappings.Write(plan.Proc, pid, plan.Linux.UidMappings!, plan.Linux.GidMappings!);
        _channel!.Send(InitCommand.Mapped);
    }

    private void GiveResources(int pid)
    {
        try
        {
            plan.Cgroup.Create();
            if (plan.Linux.Resources is { } resources) plan.Cgroup.Apply(resources);
            plan.Cgroup.Add(pid);
            DelegateCgroup();
            plan.NetDevices?.Move(plan.Namespaces, pid);
            if (plan.Linux.IntelRdt is { } rdt) ResourceControlGroup.Join(plan.Id, rdt, pid);
        }
        catch (LinuxException e) when (e.Errno == Errno.ESRCH)
        {
            // Init has failed meanwhile; its message says at what.
            Converse(_channel!, pid);
        }
        catch (Exception e)
        {
            throw StepException.From("cgroup", e);
        }
        if (plan.Process is not { } process) return;
        if (process.Spec.OomScoreAdj is { } adjustment) plan.Proc.Write($"{pid}/oom_score_adj", adjustment.ToString(CultureInfo.InvariantCulture));
        if (plan.Namespaces.Private(NamespaceKind.User)) process.AllowLimits(pid);
    }

    /// <summary>
    /// A container that sees its v2 group as its own, and may write there, gets it: root of its user namespace owns the group and what the kernel lets one delegate.
    /// </summary>
    private void DelegateCgroup()
    {
        if (!plan.Cgroup.Mounts.PureUnified || !plan.Namespaces.Makes(NamespaceKind.Cgroup)) return;
        uint owner = IdMappings.ToHost(plan.Linux.UidMappings, 0) ?? 0;
        bool writable = plan.Spec.Mounts.Any(mount => mount.Type is "cgroup" or "cgroup2" && mount.Options?.Contains("ro") != true);
        if (owner != 0 && writable) plan.Cgroup.Delegate(owner);
    }

    /// <summary>Answers init until it is ready (with a gate) or has become its program.</summary>
    private SafeFileHandle? Converse(InitChannel maker, int pid)
    {
        SafeFileHandle? console = null;
        while (maker.Receive() is { } message)
        {
            switch (message.Kind)
            {
                case InitMessage.Mounted:
                    // Only a configuration with such hooks brings us here.
                    HookRunner.Run(plan.Spec.Hooks?.Prestart, "prestart", HookState.Json(plan, "creating", pid));
                    HookRunner.Run(plan.Spec.Hooks?.CreateRuntime, "createRuntime", HookState.Json(plan, "creating", pid));
                    maker.Send(InitCommand.Hooked);
                    break;
                case InitMessage.Console:
                    console = message.Descriptor;
                    break;
                case InitMessage.Listener:
                    SeccompListener.Deliver(plan.Process!.Filter!, message.Descriptor!, pid, HookState.Json(plan, gate is null ? "running" : "creating", pid));
                    break;
                case InitMessage.Ready:
                    return console;
                default:
                    throw new StepException("synchronize", Errno.EPROTO, $"unexpected message {message.Kind} from init");
            }
        }
        if (gate is not null) throw new StepException("synchronize", Errno.EPROTO, "init ended before it was ready");
        return console;
    }

    private (InitMessage Kind, string Text, SafeFileHandle? Descriptor) Expect(InitMessage kind)
    {
        var message = _channel!.Receive() ?? throw new StepException("synchronize", Errno.EPROTO, $"init ended before it said {kind}");
        return message.Kind == kind ? message : throw new StepException("synchronize", Errno.EPROTO, $"init said {message.Kind}, not {kind}");
    }

    private void Undo(SafeFileHandle? pidfd)
    {
        if (pidfd is not null)
        {
            Pidfd.Signal(pidfd, SignalNumbers.Kill);
            Child.Wait(pidfd);
            pidfd.Dispose();
        }
        plan.Cgroup.Kill();
        plan.Cgroup.Delete();
    }
}

/// <summary>What came of it. The descriptors are the caller's.</summary>
internal sealed record MadeContainer(int Pid, SafeFileHandle Pidfd, SafeFileHandle? Console);
