using System.Globalization;
using System.Text;
using System.Text.Json;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>
/// Another OCI runtime beneath a monitor, by the specification's command line: <c>create</c>, <c>start</c>, <c>delete</c>. The monitor is a subreaper, so that the
/// init that the runtime leaves behind becomes its child.
/// </summary>
/// <param name="command">The program, then its own arguments.</param>
/// <param name="root">Where it keeps its states.</param>
/// <param name="id">The container.</param>
/// <param name="bundle">Its bundle.</param>
/// <param name="folder">The monitor's folder, for the files that go back and forth.</param>
internal sealed class ExternalRuntime(IReadOnlyList<string> command, string root, string id, string bundle, string folder)
{
    private const int OutputLimit = 64 << 10;

    private readonly string _pidFile = Path.Combine(folder, "runtime.pid");
    private readonly string _logFile = Path.Combine(folder, "runtime.log");

    public MadeContainer Create(Stdio stdio, bool terminal)
    {
        ProcessControl.SetSubreaper(true);
        Directory.CreateDirectory(root);
        string consolePath = Path.Combine(folder, "console.sock");
        using StreamListener? console = terminal ? StreamListener.Bind(consolePath) : null;
        try
        {
            List<string> arguments = ["create", "--bundle", bundle, "--pid-file", _pidFile];
            if (terminal) arguments.AddRange(["--console-socket", consolePath]);
            Run([.. arguments, id], [stdio.Input, stdio.Output, stdio.Error]);
            int pid = int.Parse(File.ReadAllText(_pidFile), CultureInfo.InvariantCulture);
            SafeFileHandle pidfd = Pidfd.Open(pid) ?? throw new StepException("create", Errno.ESRCH, "the container's init ended at once");
            return new MadeContainer(pid, pidfd, console?.AcceptDescriptor());
        }
        finally
        {
            File.Delete(_pidFile);
            if (terminal) File.Delete(consolePath);
        }
    }

    public void Start() => Run(["start", id], [null, null, null]);

    /// <summary>What the runtime holds of a container that has ended, or that must.</summary>
    public void Delete()
    {
        try
        {
            Run(["delete", "--force", id], [null, null, null]);
        }
        catch (StepException e)
        {
            MonitorDiary.Write($"delete: {e.Message}");
        }
        File.Delete(_logFile);
    }

    /// <summary>Streams that are not given are our own, which are /dev/null. What it says goes to its log: its error stream is the container's.</summary>
    private void Run(IReadOnlyList<string> arguments, IReadOnlyList<SafeFileHandle?> streams)
    {
        File.Delete(_logFile);
        string program = Executable.Find(command[0], Environment.GetEnvironmentVariable("PATH"));
        IReadOnlyList<string> all = [.. command, "--root", root, "--log", _logFile, "--log-format", "json", .. arguments];
        int pid = Spawn.Start(program, all, ["PATH=" + Environment.GetEnvironmentVariable("PATH")], [.. streams]);
        ExitStatus status = Child.Wait(pid);
        if (status.Code != 0) throw new StepException(arguments[0], Errno.None, LastError() ?? $"{command[0]} {arguments[0]}: exit status {status.Code}");
    }

    /// <summary>The message of the last error line.</summary>
    private string? LastError()
    {
        if (!File.Exists(_logFile)) return null;
        string? message = null;
        foreach (string line in Encoding.UTF8.GetString(File.ReadAllBytes(_logFile).AsSpan(0, (int)Math.Min(OutputLimit, new FileInfo(_logFile).Length))).Split('\n'))
        {
            try
            {
                using JsonDocument entry = JsonDocument.Parse(line);
                if (entry.RootElement.TryGetProperty("msg", out JsonElement text)) message = text.GetString();
            }
            catch (JsonException)
            {
                // The last line may be cut, and an empty one is none.
            }
        }
        return message;
    }
}
