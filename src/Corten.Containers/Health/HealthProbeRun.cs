using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Corten.Containers.Exec;
using Corten.Containers.Launching;
using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Processes;
using Corten.Oci.Errors;

namespace Corten.Containers.Health;

/// <summary>Runs the check's command in the container once: an exec like any other, with its events.</summary>
internal sealed class HealthProbeRun(ContainerCore core, ExecRegistry execs, ExecProcessRunner runner, IReadOnlyList<string> command)
{
    /// <summary>Bytes of a probe's output that are kept.</summary>
    private const int OutputKept = 4096;

    private const int Killed = 9;

    /// <summary>Exit code of a probe that took too long or could not run.</summary>
    private const int Failed = -1;

    public async Task<HealthProbe> RunAsync(Container container, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begun = DateTimeOffset.UtcNow;
        var config = new ExecConfig { Cmd = command, AttachStdout = true, AttachStderr = true };
        var session = new ExecSession(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), container, config, default);
        session.TryBegin();
        execs.Add(session);
        core.Events.Publish(container, ExecEvent.Words("exec_create", command), ("execID", session.Id));
        var (code, output) = await ProbeAsync(session, timeout, cancellationToken).ConfigureAwait(false);
        (session.Running, session.ExitCode, session.EndedAt) = (false, code, DateTimeOffset.UtcNow);
        core.Events.Publish(container, "exec_die", ("execID", session.Id), ("exitCode", code.ToString(CultureInfo.InvariantCulture)));
        return new HealthProbe { Start = begun, End = DateTimeOffset.UtcNow, ExitCode = code, Output = output };
    }

    private async Task<(int Code, string Output)> ProbeAsync(ExecSession session, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (read, write) = Descriptor.Pipe();
        ExecProcessHandle process;
        try
        {
            using var nothing = FileAt.Open("/dev/null", OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
            process = await runner.StartAsync(session.Container, ExecSpec.Of(session.Container, session.Config, ExecSpec.Identify(session.Container, session.Config), null, core), [nothing, write, write]).ConfigureAwait(false);
            core.Events.Publish(session.Container, ExecEvent.Words("exec_start", command), ("execID", session.Id));
        }
        catch (Exception e) when (e is StartFailedException or CortenException)
        {
            read.Dispose();
            return (Failed, e.Message);
        }
        finally
        {
            write.Dispose();
        }

        using var pidfd = process.Pidfd;
        await using var source = PipeStreams.Reader(read);
        var output = new ProbeOutput();
        var reading = output.ReadAsync(source);
        var exit = runner.WaitAsync(process);
        try
        {
            var code = await exit.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken)).ConfigureAwait(false);
            return (code, output.Text);
        }
        catch (TimeoutException)
        {
            Pidfd.Signal(process.Pidfd, Killed);
            await exit.ConfigureAwait(false);
            return (Failed, $"Health check exceeded timeout ({GoDuration(timeout)}){(output.Text.Length > 0 ? ": " + output.Text : "")}");
        }
        catch (OperationCanceledException)
        {
            Pidfd.Signal(process.Pidfd, Killed);
            await exit.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>As Go prints it, for the durations that people set: <c>1m30s</c>, <c>500ms</c>.</summary>
    private static string GoDuration(TimeSpan span)
    {
        if (span < TimeSpan.FromSeconds(1))
        {
            return span.TotalMilliseconds.ToString("0.######", CultureInfo.InvariantCulture) + "ms";
        }

        var seconds = (span.Seconds + span.Milliseconds / 1000.0).ToString("0.###", CultureInfo.InvariantCulture) + "s";
        return span.TotalHours >= 1 ? $"{(int)span.TotalHours}h{span.Minutes}m{seconds}" : span.TotalMinutes >= 1 ? $"{span.Minutes}m{seconds}" : seconds;
    }

    private sealed class ProbeOutput
    {
        private readonly byte[] _kept = new byte[OutputKept];
        private int _length;

        public string Text => Encoding.UTF8.GetString(_kept, 0, _length);

        public async Task ReadAsync(Stream source)
        {
            var rest = new byte[1024];
            int count;
            while ((count = await source.ReadAsync(_length < OutputKept ? _kept.AsMemory(_length) : rest).ConfigureAwait(false)) > 0)
            {
                _length = Math.Min(OutputKept, _length + count);
            }
        }
    }
}
