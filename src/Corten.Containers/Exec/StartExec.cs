using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Corten.Containers.Attach;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Streams;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Exec;

/// <summary>Starts an exec, detached or with a client on its streams.</summary>
public sealed class StartExec
{
    private const int BufferSize = 32 << 10;

    /// <summary>A program may leave others behind that hold its output open; once it has ended, this long a silence ends the stream.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    private readonly ContainerCore _core;
    private readonly ExecRegistry _registry;
    private readonly ExecProcessRunner _runner;

    internal StartExec(ContainerCore core, ExecRegistry registry, ExecProcessRunner runner) => (_core, _registry, _runner) = (core, registry, runner);

    /// <summary>Refuses what can't be started, while a status can still be answered.</summary>
    public ExecSession Check(string id, ExecStart start)
    {
        var session = _registry.Find(id);
        if (session.HasStarted)
        {
            throw CortenException.Conflict($"exec command {id} has already run");
        }

        if (start.ConsoleSize is not null && !start.Tty && !session.Config.Tty)
        {
            start.ConsoleSize = null;
        }

        CreateExec.CheckRunning(session.Container, session.Container.Name);
        return session;
    }

    /// <summary>Starts it without a client.</summary>
    /// <exception cref="CortenException">It could not be executed.</exception>
    public async Task DetachedAsync(ExecSession session, ExecStart start)
    {
        Begin(session);
        using var nothing = FileAt.Open("/dev/null", OpenFlags.ReadWrite | OpenFlags.CloseOnExec);
        ExecProcessHandle process;
        try
        {
            process = await LaunchAsync(session, start, session.Config.Tty ? [] : [nothing, nothing, nothing]);
        }
        catch (StartFailedException e)
        {
            throw CortenException.Invalid(Words(e), e);
        }

        _ = Task.Run(async () =>
        {
            // Nobody looks at a detached terminal, but a program that fills it must not stall.
            using var terminal = process.Terminal is null ? null : new TerminalStream(process.Terminal);
            var drain = terminal?.CopyToAsync(Stream.Null) ?? Task.CompletedTask;
            End(session, process, await _runner.WaitAsync(process));
            _ = drain;
        });
    }

    /// <summary>Starts it and serves the client until it goes or the output ends.</summary>
    public async Task AttachedAsync(ExecSession session, ExecStart start, Stream client, CancellationToken gone)
    {
        using var frames = new FrameWriter(client);
        try
        {
            Begin(session);
            if (session.Config.Tty)
            {
                await WithTerminalAsync(session, start, client, gone);
            }
            else
            {
                await WithPipesAsync(session, start, client, frames, gone);
            }
        }
        catch (StartFailedException e)
        {
            await TellAsync(session, client, frames, Words(e) + "\r\n", gone);
        }
        catch (CortenException e)
        {
            await TellAsync(session, client, frames, e.Message, gone);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client is gone; the process goes on, and its end is recorded by whoever waits for it.
        }
    }

    private static void Begin(ExecSession session)
    {
        if (!session.TryBegin())
        {
            throw CortenException.Conflict($"exec command {session.Id} has already run");
        }
    }

    private static string Words(StartFailedException e) => "OCI runtime exec failed: exec failed: "
        + (e.Message.StartsWith("Cwd must", StringComparison.Ordinal) ? "" : "unable to start container process: ") + e.Message;

    private static async Task TellAsync(ExecSession session, Stream client, FrameWriter frames, string words, CancellationToken gone)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(words);
        if (session.Config.Tty)
        {
            await client.WriteAsync(text, gone);
        }
        else
        {
            await frames.WriteAsync(StdStream.Stdout, text, gone);
        }
    }

    private async Task WithTerminalAsync(ExecSession session, ExecStart start, Stream client, CancellationToken gone)
    {
        var process = await LaunchAsync(session, start, []);
        using var terminal = new TerminalStream(process.Terminal!);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var input = session.Config.AttachStdin
            ? InputAsync(client, terminal, DetachKeys.Parse(session.Config.DetachKeys), end.Token)
            : NoInputAsync(end.Token);
        var output = terminal.CopyToAsync(client, end.Token);
        var exit = WatchEnd(session, process);
        await FinishAsync(session, [output], input, exit, end);
    }

    private async Task WithPipesAsync(ExecSession session, ExecStart start, Stream client, FrameWriter frames, CancellationToken gone)
    {
        var config = session.Config;
        var nothing = FileAt.Open("/dev/null", OpenFlags.ReadWrite | OpenFlags.CloseOnExec);
        var (stdinRead, stdinWrite) = config.AttachStdin ? Descriptor.Pipe() : (nothing, null);
        var (stdoutRead, stdoutWrite) = config.AttachStdout ? Descriptor.Pipe() : (null, nothing);
        var (stderrRead, stderrWrite) = config.AttachStderr ? Descriptor.Pipe() : (null, nothing);
        ExecProcessHandle process;
        try
        {
            process = await LaunchAsync(session, start, [stdinRead, stdoutWrite, stderrWrite]);
        }
        catch
        {
            stdinWrite?.Dispose();
            stdoutRead?.Dispose();
            stderrRead?.Dispose();
            throw;
        }
        finally
        {
            // The process has its own; ours would keep the pipes from ever ending.
            stdinRead.Dispose();
            stdoutWrite.Dispose();
            stderrWrite.Dispose();
            nothing.Dispose();
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var outputs = new List<Task>();
        if (stdoutRead is not null)
        {
            outputs.Add(OutputAsync(PipeStreams.Reader(stdoutRead), StdStream.Stdout, frames, end.Token));
        }

        if (stderrRead is not null)
        {
            outputs.Add(OutputAsync(PipeStreams.Reader(stderrRead), StdStream.Stderr, frames, end.Token));
        }

        var input = stdinWrite is not null
            ? InputAsync(client, PipeStreams.Writer(stdinWrite), keys: null, end.Token)
            : NoInputAsync(end.Token);
        await FinishAsync(session, outputs, input, WatchEnd(session, process), end);
    }

    /// <summary>Until the process has ended and its output is through, or the client detaches or goes.</summary>
    private async Task FinishAsync(ExecSession session, IReadOnlyList<Task> outputs, Task<bool> input, Task exit, CancellationTokenSource end)
    {
        var done = Task.WhenAll([.. outputs, exit]);
        var quiet = QuietAfterAsync(exit, done);
        var gone = Task.Delay(Timeout.Infinite, end.Token);
        var first = await Task.WhenAny(done, quiet, input, gone).ConfigureAwait(false);
        if (first == input)
        {
            if (await input.ConfigureAwait(false))
            {
                _core.Events.Publish(session.Container, "exec_detach", ("execID", session.Id));
            }
            else
            {
                await Task.WhenAny(done, quiet, gone).ConfigureAwait(false);
            }
        }

        await end.CancelAsync();
        foreach (var output in outputs)
        {
            await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task QuietAfterAsync(Task exit, Task done)
    {
        await exit.ConfigureAwait(false);
        await Task.WhenAny(done, Task.Delay(Silence)).ConfigureAwait(false);
    }

    private static async Task OutputAsync(Stream source, StdStream kind, FrameWriter frames, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        await using (source)
        {
            try
            {
                int count;
                while ((count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    await frames.WriteAsync(kind, buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <returns>True when the client detached; false when its input ended, which then ends the process's too.</returns>
    private static async Task<bool> InputAsync(Stream client, Stream target, DetachKeys? keys, CancellationToken cancellationToken)
    {
        try
        {
            var detached = await InputPump.RunAsync(client, data => target.WriteAsync(data, cancellationToken), keys, cancellationToken).ConfigureAwait(false);
            if (target is not TerminalStream)
            {
                await target.DisposeAsync();
            }

            return detached;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            if (target is not TerminalStream)
            {
                await target.DisposeAsync();
            }

            return false;
        }
    }

    private static async Task<bool> NoInputAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return false;
    }

    private async Task<ExecProcessHandle> LaunchAsync(ExecSession session, ExecStart start, IReadOnlyList<SafeHandle> stdio)
    {
        try
        {
            var process = await _runner.StartAsync(session.Container, ExecSpec.Of(session.Container, session.Config, session.Identity, start.ConsoleSize ?? session.Config.ConsoleSize, _core), stdio);
            (session.Pid, session.Running, session.Terminal) = (process.Pid, true, process.Terminal);
            _core.Events.Publish(session.Container, ExecEvent.Words("exec_start", session.Config.Cmd!), ("execID", session.Id));
            return process;
        }
        catch (StartFailedException e)
        {
            (session.ExitCode, session.EndedAt) = (e.ExitCode, DateTimeOffset.UtcNow);
            throw;
        }
        catch
        {
            (session.ExitCode, session.EndedAt) = (126, DateTimeOffset.UtcNow);
            throw;
        }
    }

    private async Task WatchEnd(ExecSession session, ExecProcessHandle process) => End(session, process, await _runner.WaitAsync(process).ConfigureAwait(false));

    private void End(ExecSession session, ExecProcessHandle process, int code)
    {
        (session.Running, session.ExitCode, session.EndedAt) = (false, code, DateTimeOffset.UtcNow);
        session.Terminal = null;
        process.Pidfd.Dispose();
        process.Terminal?.Dispose();
        _core.Events.Publish(session.Container, "exec_die", ("execID", session.Id), ("exitCode", code.ToString(CultureInfo.InvariantCulture)));
    }
}
