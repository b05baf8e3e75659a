using System.Runtime.InteropServices;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Oci.Runtime;
using Corten.Supervision;
using Corten.Supervision.Launcher;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Exec;

/// <summary>A process that was added to a container; our own child, by courtesy of the launcher.</summary>
/// <param name="Pid">On the host.</param>
/// <param name="Pidfd">The caller's.</param>
/// <param name="Terminal">The master, the caller's; null without a terminal.</param>
internal sealed record ExecProcessHandle(int Pid, SafeFileHandle Pidfd, SafeFileHandle? Terminal);

/// <summary>Has the launcher add a process to a running container, and waits for its end.</summary>
internal sealed class ExecProcessRunner(ContainerCore core)
{
    /// <param name="container">It runs.</param>
    /// <param name="process">What to execute.</param>
    /// <param name="stdio">Stdin, stdout and stderr, which stay the caller's; empty with a terminal.</param>
    /// <exception cref="StartFailedException">It was not executed; nothing is left of it.</exception>
    public async Task<ExecProcessHandle> StartAsync(Container container, ProcessSpec process, IReadOnlyList<SafeHandle> stdio)
    {
        var (ours, theirs) = SeqpacketSocket.CreatePair();
        using var answers = ours;
        using (theirs)
        {
            core.Launcher.Send(
                new ExecProcess
                {
                    ContainerPid = container.Status.Pid,
                    ContainerStartTime = container.Status.PidStartTime,
                    Bundle = core.Paths.Exec(container.Id),
                    Process = process,
                },
                [theirs.Handle, .. stdio]);
        }

        var descriptors = new List<SafeFileHandle>();
        try
        {
            var first = await ReceiveAsync(answers, descriptors) ?? throw Lost();
            if (first.Error is not null)
            {
                throw new StartFailedException(first.Error);
            }

            // Either the end of the conversation, because the program was executed, or why it was not.
            if (await ReceiveAsync(answers, null) is { Error: { } error })
            {
                Child.Wait(descriptors[0]);
                throw new StartFailedException(error);
            }

            return new ExecProcessHandle(first.Pid, descriptors[0], process.Terminal ? descriptors[1] : null);
        }
        catch
        {
            descriptors.ForEach(descriptor => descriptor.Dispose());
            throw;
        }
    }

    /// <summary>Waits for the end, reaps it, and gives its exit code.</summary>
    public async Task<int> WaitAsync(ExecProcessHandle process)
    {
        await core.Loop.WhenReadableAsync(process.Pidfd).ConfigureAwait(false);
        return Child.Wait(process.Pidfd)!.Value.Code;
    }

    private async Task<ExecAnswer?> ReceiveAsync(SeqpacketSocket socket, List<SafeFileHandle>? descriptors)
    {
        while (true)
        {
            await core.Loop.WhenReadableAsync(socket.Handle).ConfigureAwait(false);
            var received = socket.Receive(SupervisionJson.Default.ExecAnswer, descriptors, wait: false);
            if (received.Ended || received.Message is not null)
            {
                return received.Message;
            }
        }
    }

    private static StartFailedException Lost() =>
        new(new LaunchError { Step = "launcher", Message = "the launcher ended unexpectedly" });
}
