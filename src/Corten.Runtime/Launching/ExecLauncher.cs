using System.Runtime.InteropServices;
using Corten.Linux;
using Corten.Linux.Cgroups;
using Corten.Linux.Sockets;
using Corten.Runtime.Creation;
using Corten.Supervision;
using Corten.Supervision.Launcher;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Launching;

/// <summary>Starts one more process in a running container, as the daemon's child. The launcher only clones; what can take time happens in the child, which answers for itself.</summary>
internal static class ExecLauncher
{
    public static void Start(ExecProcess request, List<SafeFileHandle> descriptors, CgroupMounts cgroups, SeccompCache filters)
    {
        using var answers = new SeqpacketSocket(descriptors[0]);
        try
        {
            Stdio stdio = request.Process.Terminal ? Stdio.Inherited : new Stdio(descriptors[1], descriptors[2], descriptors[3]);
            ProcessPlan plan = ProcessPlan.Build(request.Process, request.Bundle is null ? null : filters.Of(request.Bundle));
            using var target = ContainerTarget.Open(request.ContainerPid, request.ContainerStartTime, cgroups);
            (SafeFileHandle answered, SafeFileHandle answering) = Descriptor.Pipe();
            using (answered)
            using (answering)
            {
                Answer(answers, ContainerJoin.Start(target, plan, stdio, asSibling: true, failure => Fail(answers, answered, answering, failure)));
            }
        }
        catch (Exception e)
        {
            Tell(answers, new ExecAnswer { Error = StepException.From("exec", e).ToError() });
        }
    }

    private static void Answer(SeqpacketSocket answers, JoinedProcess started)
    {
        using (started.Pidfd)
        using (started.Console)
        {
            ReadOnlySpan<SafeHandle> attached = started.Console is { } master ? [started.Pidfd, master] : [started.Pidfd];
            answers.Send(new ExecAnswer { Pid = started.Pid }, SupervisionJson.Default.ExecAnswer, attached);
        }
    }

    /// <summary>In the child: its failure is the second answer, so it waits until the launcher has let go of the pipe, having given the first.</summary>
    private static void Fail(SeqpacketSocket answers, SafeFileHandle answered, SafeFileHandle answering, StepException failure)
    {
        answering.Dispose();
        Span<byte> nothing = stackalloc byte[1];
        Descriptor.Read(answered.Number(), nothing);
        Tell(answers, new ExecAnswer { Error = failure.ToError() });
    }

    private static void Tell(SeqpacketSocket answers, ExecAnswer answer)
    {
        try
        {
            answers.Send(answer, SupervisionJson.Default.ExecAnswer);
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
            // Nobody waits for the answer any more.
        }
    }
}
