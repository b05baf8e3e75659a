using Corten.Linux;
using Corten.Linux.Cgroups;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Runtime.Creation;
using Corten.Runtime.Monitoring;
using Corten.Runtime.Operations;
using Corten.Runtime.State;
using Corten.Supervision;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Launching;

/// <summary>
/// The process that forks monitors and clones exec'd processes for a daemon, so that none of them costs a new process image. One thread, no pool, no console: what
/// it forks lives on in a copy of it. It reads and checks the configuration before the fork, where code and caches are warm, and ends with the daemon.
/// </summary>
internal sealed class Launcher(SeqpacketSocket daemon)
{
    /// <summary>Where the daemon puts its end of the pair.</summary>
    public const int DaemonDescriptor = 3;

    private readonly CgroupMounts _cgroups = CgroupMounts.Read();
    private readonly SeccompCache _filters = new();

    public static int Run()
    {
        HostBinary.Require();
        Descriptor.SetCloseOnExec(DaemonDescriptor, true);
        using var daemon = new SeqpacketSocket(Descriptor.Own(DaemonDescriptor));
        // Monitors are nobody's to wait for: the kernel reaps them.
        SignalState.Ignore(SignalNumbers.Child);
        SignalState.Ignore(SignalNumbers.Interrupt);
        SignalState.Ignore(SignalNumbers.Hangup);
        new Launcher(daemon).Serve();
        return 0;
    }

    private void Serve()
    {
        BundleFile.WarmUp();
        List<SafeFileHandle> descriptors = [];
        while (true)
        {
            Received<LaunchRequest> received = daemon.Receive(SupervisionJson.Default.LaunchRequest, descriptors);
            if (received.Ended) return;
            switch (received.Message)
            {
                case StartContainer start when descriptors.Count == start.Attachments.Count + 2:
                    Start(start, descriptors);
                    break;
                case ExecProcess exec when descriptors.Count == (exec.Process.Terminal ? 1 : 4):
                    ExecLauncher.Start(exec, descriptors, _cgroups, _filters);
                    break;
                case StartContainer when descriptors.Count > 0:
                    // Only a daemon of another version asks so.
                    using (var control = new SeqpacketSocket(descriptors[0])) Refuse(control, new StepException("launcher", Errno.EPROTO, "cortend and corten-runtime are not of the same version"));
                    break;
            }
            foreach (SafeFileHandle descriptor in descriptors) descriptor.Dispose();
            descriptors.Clear();
        }
    }

    private void Start(StartContainer request, List<SafeFileHandle> descriptors)
    {
        using var control = new SeqpacketSocket(descriptors[0]);
        try
        {
            using ContainerPlan plan = Plan(request);
            _filters.Remember(request.Bundle, plan.Process?.Filter);
            if (Child.Fork() == 0) LiveAsMonitor(request, plan, control, descriptors[1], descriptors[2..]);
        }
        catch (Exception e)
        {
            Refuse(control, StepException.From("config", e));
        }
    }

    private static void Refuse(SeqpacketSocket control, StepException failure)
        => control.Send(new StartFailed { Error = failure.ToError() }, SupervisionJson.Default.MonitorMessage, wait: false);

    private ContainerPlan Plan(StartContainer request)
        => ContainerPlan.Build(
            new ContainerRequest { Id = request.Id, Bundle = request.Bundle, Spec = BundleFile.Read(request.Bundle), Overlay = request.Rootfs, DiesWithMaker = true },
            _cgroups);

    /// <summary>Does not return: whatever happens, the copy must not go on as a second launcher.</summary>
    private void LiveAsMonitor(StartContainer request, ContainerPlan plan, SeqpacketSocket control, SafeFileHandle starting, List<SafeFileHandle> attachments)
    {
        try
        {
            BecomeMonitor();
            new ContainerMonitor(request, plan, new StateStore(request.RuntimeRoot)).Run(control, starting, attachments);
        }
        catch (Exception e)
        {
            MonitorDiary.Write(e.ToString());
        }
        Child.Exit(0);
    }

    /// <summary>A session of its own, and nothing of the daemon's in hand: neither its socket nor its standard streams.</summary>
    private void BecomeMonitor()
    {
        daemon.Dispose();
        SignalState.Default(SignalNumbers.Child);
        Credentials.NewSession();
        ProcessControl.SetName("corten-monitor");
        using SafeFileHandle nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        for (int number = 0; number < 3; number++) Descriptor.DuplicateTo(nothing.Number(), number);
    }
}
