using System.Text;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Hooks;

/// <summary>Runs hooks one after the other, with the state on their stdin and no environment but their own (config.md, "POSIX-platform Hooks").</summary>
internal static class HookRunner
{
    /// <summary>How much of what a failing hook says is quoted.</summary>
    private const int OutputLimit = 4096;

    /// <exception cref="StepException">A hook failed; those after it are not run.</exception>
    public static void Run(IReadOnlyList<HookSpec>? hooks, string kind, string state)
    {
        for (int i = 0; i < (hooks?.Count ?? 0); i++)
        {
            try
            {
                Run(hooks![i], state);
            }
            catch (Exception e) when (e is LinuxException or StepException)
            {
                throw new StepException(kind, (e as LinuxException)?.Errno ?? Errno.None, $"error running {kind} hook #{i}: {e.Message}", e);
            }
        }
    }

    /// <summary>For poststop: every hook runs, and what fails is told to <paramref name="warn"/>.</summary>
    public static void RunAll(IReadOnlyList<HookSpec>? hooks, string kind, string state, Action<string> warn)
    {
        foreach (HookSpec hook in hooks ?? [])
        {
            try
            {
                Run([hook], kind, state);
            }
            catch (StepException e)
            {
                warn(e.Message);
            }
        }
    }

    private static void Run(HookSpec hook, string state)
    {
        (SafeFileHandle stdinRead, SafeFileHandle stdinWrite) = Descriptor.Pipe();
        (SafeFileHandle outputRead, SafeFileHandle outputWrite) = Descriptor.Pipe();
        using (stdinWrite)
        using (outputRead)
        {
            int pid;
            using (stdinRead)
            using (outputWrite)
            {
                IReadOnlyList<string> arguments = hook.Args is { Count: > 0 } given ? given : [hook.Path];
                pid = Spawn.Start(hook.Path, arguments, hook.Env ?? [], [stdinRead, outputWrite, outputWrite]);
            }
            using SafeFileHandle pidfd = Pidfd.Open(pid)!;
            Feed(stdinWrite, state);
            ExitStatus status = Finish(pidfd, outputRead, hook.Timeout, out string output);
            if (status.Code != 0)
            {
                string reason = status.BySignal ? $"signal: {status.Status}" : $"exit status {status.Status}";
                throw new StepException("hook", Errno.None, $"{reason}, stdout: {output}");
            }
        }
    }

    /// <summary>A hook need not read its state; the pipe holds it as long as it is small.</summary>
    private static void Feed(SafeFileHandle stdin, string state)
    {
        try
        {
            Descriptor.WriteAll(stdin.Number(), Encoding.UTF8.GetBytes(state));
        }
        catch (LinuxException e) when (e.Errno == Errno.EPIPE)
        {
        }
        stdin.Dispose();
    }

    private static ExitStatus Finish(SafeFileHandle pidfd, SafeFileHandle output, int? timeout, out string text)
    {
        long deadline = timeout is { } seconds ? Environment.TickCount64 + (seconds * 1000L) : long.MaxValue;
        byte[] buffer = new byte[OutputLimit];
        Span<byte> scratch = stackalloc byte[1024];
        int length = 0;
        bool open = true;
        while (true)
        {
            int left = deadline == long.MaxValue ? -1 : (int)Math.Max(0, deadline - Environment.TickCount64);
            (bool ended, bool readable) = open ? Readiness.Either(pidfd, output, left) : (Readiness.Wait(pidfd, left), false);
            if (readable)
            {
                int read = Descriptor.Read(output.Number(), scratch);
                open = read > 0;
                int kept = Math.Min(Math.Max(read, 0), OutputLimit - length);
                scratch[..kept].CopyTo(buffer.AsSpan(length));
                length += kept;
            }
            else if (ended)
            {
                text = Encoding.UTF8.GetString(buffer, 0, length).TrimEnd();
                return Child.Wait(pidfd)!.Value;
            }
            else if (left == 0)
            {
                Pidfd.Signal(pidfd, SignalNumbers.Kill);
                Child.Wait(pidfd);
                throw new StepException("hook", Errno.ETIMEDOUT, $"hook ran past specified timeout of {timeout}s");
            }
        }
    }
}
