using System.Collections;
using Corten.Client;
using Corten.Linux.Files;
using Corten.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Corten.Cli.Shell;

/// <summary>When nobody answers on the default socket and the caller is root, starts the <c>cortend</c> that lies beside this program, detached.</summary>
internal static class DaemonStarter
{
    private const string Log = "/var/log/cortend.log";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <returns>Whether a daemon now listens.</returns>
    public static bool TryStart()
    {
        var daemon = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "/", "cortend");
        if (!Environment.IsPrivilegedProcess || !File.Exists(daemon))
        {
            return false;
        }
        var pid = Start(daemon);
        var end = DateTime.UtcNow + Patience;
        while (DateTime.UtcNow < end)
        {
            if (Answers())
            {
                return true;
            }
            if (HasEnded(pid))
            {
                throw new CommandException($"{daemon} was started and ended at once; see {Log}");
            }
            Thread.Sleep(Pause);
        }
        throw new CommandException($"{daemon} was started but does not answer at {EngineAddress.Default.Text}; see {Log}");
    }

    private static int Start(string daemon)
    {
        using var nothing = FileAt.Open("/dev/null", OpenFlags.ReadWrite);
        using var log = FileAt.Open(Log, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, Convert.ToUInt32("640", 8));
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(static entry => $"{entry.Key}={entry.Value}").ToList();
        return Spawn.Start(daemon, [daemon], environment, [nothing, log, log], newSession: true);
    }

    /// <summary>A child that has ended stays behind as a zombie until we end, too: its state says so.</summary>
    private static bool HasEnded(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool Answers()
    {
        if (!File.Exists(EngineAddress.DefaultSocket))
        {
            return false;
        }
        try
        {
            using var probe = new EngineClient(new EngineClientOptions());
            probe.Do("GET", "/_ping");
            return true;
        }
        catch (EngineUnreachableException)
        {
            return false;
        }
    }
}
