using Corten.Linux;
using Corten.Linux.Namespaces;
using Corten.Linux.Net;
using Corten.Linux.Processes;
using Corten.Runtime.Creation;
using Corten.Runtime.Hooks;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>
/// The container's first process between clone and exec: walks the steps of runtime.md, section "Lifecycle", in their order, and reports the one that fails
/// with errno and words. It is a single thread in copied memory: straight system calls, no pool, no console, no finalizers.
/// </summary>
internal static class ContainerInit
{
    private const int FailedToStart = 255;

    /// <summary>Does not return.</summary>
    public static void Run(ContainerPlan plan, InitChannel channel, InitChannel makerEnd, Stdio stdio, StartGate? gate, bool joined = false)
    {
        string step = "session";
        InitChannel report = channel;
        try
        {
            makerEnd.Dispose();
            SignalState.Reset();
            ProcessControl.SetDumpable(false);
            Credentials.NewSession();
            if (plan.Process is { NewKeyring: true }) ProcessControl.NewSessionKeyring("_ses." + plan.Id);

            step = "namespaces";
            EnterNamespaces(plan, channel, joined);

            step = "rootfs";
            Credentials.SetUmask(0);
            using var root = new ContainerRoot(plan, channel);
            root.Prepare();

            step = "hooks";
            RunHooksBeforePivot(plan, channel);

            step = "pivot_root";
            SafeFileHandle? terminal = root.OpenTerminal();
            root.BecomeRoot();

            step = "hostname";
            SetNames(plan);

            step = "sysctl";
            KernelParameters.Apply(plan);

            step = "protected paths";
            if (plan.Namespaces.Private(NamespaceKind.Mount)) PathGuards.Apply(plan.Linux);

            step = "process";
            if (plan.Process is not { } process) throw new StepException(step, Errno.EINVAL, "process property must not be empty");
            if (plan.Linux.Personality is { } personality) Personality.Set(personality.Domain, personality.Flags);
            if (plan.Linux.MemoryPolicy is { } policy) MemoryPolicy.Set(policy.Mode, policy.Nodes, policy.Flags);
            var setup = new ProcessSetup(process, plan.Proc, channel);
            string program = setup.Apply(terminal, stdio);

            if (gate is not null)
            {
                step = "start";
                channel.Send(InitMessage.Ready);
                report = gate.Wait();
            }
            if (plan.Spec.Hooks?.StartContainer is { Count: > 0 } hooks)
            {
                step = "startContainer hooks";
                HookRunner.Run(hooks, "startContainer", HookState.Json(plan, "created", Environment.ProcessId));
            }
            // Set last: a change of user takes it away.
            if (plan.DiesWithMaker) ProcessControl.SetParentDeathSignal(SignalNumbers.Kill);
            step = "exec";
            Execute(program, process, setup.Environment);
        }
        catch (Exception e)
        {
            report.SendFailure(StepException.From(step, e));
        }
        Child.Exit(1);
    }

    /// <summary>
    /// What the kernel makes of the file itself (a script without interpreter, another machine's program) is the program's own failure: said on its stderr, with
    /// the exit code that the reference runtime gives it.
    /// </summary>
    internal static void Execute(string file, ProcessPlan process, IReadOnlyList<string> environment)
    {
        try
        {
            Executable.Run(file, process.Arguments, environment);
        }
        catch (LinuxException e)
        {
            Descriptor.WriteAll(2, System.Text.Encoding.UTF8.GetBytes(e.Message + "\n"));
            Child.Exit(FailedToStart);
        }
    }

    private static void EnterNamespaces(ContainerPlan plan, InitChannel channel, bool joined)
    {
        NamespacePlan namespaces = plan.Namespaces;
        if (namespaces.Makes(NamespaceKind.User)) channel.Await(InitCommand.Mapped);
        if (!joined)
        {
            foreach (var (kind, handle) in namespaces.Joined)
            {
                if (kind is not (NamespaceKind.Pid or NamespaceKind.Cgroup)) Namespace.Join(handle, kind);
            }
        }
        if (namespaces.Private(NamespaceKind.User))
        {
            Credentials.SetGroup(0);
            Credentials.SetUser(0);
        }
        if (namespaces.Makes(NamespaceKind.Network)) LoopbackLink.BringUp();
    }

    private static void RunHooksBeforePivot(ContainerPlan plan, InitChannel channel)
    {
        if (plan.HasMakerHooks)
        {
            channel.Send(InitMessage.Mounted);
            channel.Await(InitCommand.Hooked);
        }
        if (plan.Spec.Hooks?.CreateContainer is { Count: > 0 } hooks)
        {
            HookRunner.Run(hooks, "createContainer", HookState.Json(plan, "creating", Environment.ProcessId));
        }
    }

    private static void SetNames(ContainerPlan plan)
    {
        if (!string.IsNullOrEmpty(plan.Spec.Hostname)) Namespace.SetHostname(plan.Spec.Hostname);
        if (!string.IsNullOrEmpty(plan.Spec.Domainname)) Namespace.SetDomainname(plan.Spec.Domainname);
    }
}
