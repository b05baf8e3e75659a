using Corten.Linux;
using Corten.Linux.Cgroups;
using Corten.Linux.Files;
using Corten.Linux.Namespaces;
using Corten.Linux.Processes;
using Corten.Linux.Terminals;
using Corten.Oci.Errors;
using Corten.Runtime.Init;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>A running container as seen from its init: what a process has to join to be in it.</summary>
internal sealed class ContainerTarget : IDisposable
{
    private ContainerTarget() { }

    public required SafeFileHandle Init { get; init; }

    public required RootedFolder Root { get; init; }

    public required ProcFs Proc { get; init; }

    public required IReadOnlyList<string> CgroupFolders { get; init; }

    /// <summary>The kinds in which it differs from us.</summary>
    public required NamespaceKind Kinds { get; init; }

    /// <param name="pid">Its init.</param>
    /// <param name="startTime">When that started; 0 for any.</param>
    /// <param name="cgroups">The machine's hierarchies.</param>
    /// <param name="subgroups">Groups below the container's to join instead: <c>PATH</c>, or <c>CONTROLLER[,CONTROLLER]:PATH</c>.</param>
    public static ContainerTarget Open(int pid, ulong startTime, CgroupMounts cgroups, IReadOnlyList<string>? subgroups = null)
    {
        SafeFileHandle init = Pidfd.Open(pid, startTime) ?? throw CortenException.Conflict("cannot exec in a stopped container");
        return new ContainerTarget
        {
            Init = init,
            Root = RootedFolder.Open($"/proc/{pid}/root"),
            Proc = ProcFs.Open(),
            CgroupFolders = Cgroup.FoldersOfProcess(cgroups, pid, subgroups),
            Kinds = NamespaceFiles.Different(pid),
        };
    }

    public void Dispose()
    {
        Init.Dispose();
        Root.Dispose();
        Proc.Dispose();
    }
}

/// <summary>A process that was started in a container. The descriptors are the caller's.</summary>
internal sealed record JoinedProcess(int Pid, SafeFileHandle Pidfd, SafeFileHandle? Console);

/// <summary>Clones a process into a container.</summary>
internal static class ContainerJoin
{
    /// <param name="target">The container.</param>
    /// <param name="plan">The process.</param>
    /// <param name="stdio">Its streams when it has no terminal.</param>
    /// <param name="asSibling">It becomes our parent's child.</param>
    /// <param name="report">Called in the child, with the step that failed.</param>
    public static JoinedProcess Start(ContainerTarget target, ProcessPlan plan, Stdio stdio, bool asSibling, Action<StepException> report)
    {
        SafeFileHandle? master = null, slave = null;
        if (plan.Spec.Terminal)
        {
            (master, slave) = PseudoTerminal.Open(target.Root);
            if (plan.Spec.ConsoleSize is { } size) PseudoTerminal.Resize(master, size.Height, size.Width);
        }
        using (slave)
        {
            // The child does not leave this block: it has no way back out of the pid namespace.
            using var restore = PidNamespaceForChildren.Enter(target.Init);
            int pid = Child.Clone(0, asSibling, out SafeFileHandle? pidfd);
            if (pid == 0) RunChild(target, plan, slave, stdio, report);
            return new JoinedProcess(pid, pidfd!, master);
        }
    }

    private static void RunChild(ContainerTarget target, ProcessPlan plan, SafeFileHandle? terminal, Stdio stdio, Action<StepException> report)
    {
        string step = "session";
        try
        {
            SignalState.Reset();
            ProcessControl.SetDumpable(false);
            Credentials.NewSession();
            step = "cgroup";
            foreach (string folder in target.CgroupFolders) Cgroup.AddTo(folder, 0);
            if (plan.Spec.OomScoreAdj is { } adjustment) target.Proc.Write("self/oom_score_adj", adjustment.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (plan.Spec.ExecCpuAffinity?.Initial is { Length: > 0 } initial) Scheduling.SetAffinity(initial);
            bool foreignUser = target.Kinds.HasFlag(NamespaceKind.User);
            if (foreignUser) plan.AllowLimits(0);
            step = "namespaces";
            NamespaceKind kinds = target.Kinds & ~(NamespaceKind.Pid | NamespaceKind.Time);
            if (kinds != NamespaceKind.None) Namespace.Join(target.Init, kinds);
            if (foreignUser)
            {
                Credentials.SetGroup(0);
                Credentials.SetUser(0);
            }
            step = "process";
            if (plan.Spec.ExecCpuAffinity?.Final is { Length: > 0 } final) Scheduling.SetAffinity(final);
            var setup = new ProcessSetup(plan, target.Proc, null);
            string program = setup.Apply(terminal, stdio);
            step = "exec";
            ContainerInit.Execute(program, plan, setup.Environment);
        }
        catch (Exception e)
        {
            report(StepException.From(step, e));
        }
        Child.Exit(1);
    }
}
