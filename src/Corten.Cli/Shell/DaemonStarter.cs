using System.Collections;
using System.Net.Sockets;
using Corten.Client;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Processes;

namespace Corten.Cli.Shell;

/// <summary>When nobody answers on the default socket and the caller is root, starts the <c>cortend</c> that lies beside this program, detached.</summary>
internal static class DaemonStarter
{
    private const string Log = "/var/log/cortend.log";
    private const string Notice = "NOTIFY_SOCKET";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <returns>Whether a daemon now listens.</returns>
    public static bool TryStart()
    {
        var daemon = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "/", "cortend");
        if (!Environment.IsPrivilegedProcess || !File.Exists(daemon))
        {
            return false;
        }
        // As a service manager does (sd_notify(3)): the daemon says on this socket when it serves. The abstract name goes with us.
        var name = $"corten-start-{Guid.NewGuid():n}";
        using var notice = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notice.Bind(new UnixDomainSocketEndPoint("\0" + name));
        using var process = Pidfd.Open(Start(daemon, name));
        var (ready, ended) = process is null ? (false, true) : Readiness.Either(notice.SafeHandle, process, (int)Patience.TotalMilliseconds);
        // One that ended may have found another at its place, which was started at the same time.
        return ready || (ended && Answers()) ? true
            : throw new CommandException(ended
                ? $"{daemon} was started and ended at once; see {Log}"
                : $"{daemon} was started but does not answer at {EngineAddress.Default.Text}; see {Log}");
    }

    private static int Start(string daemon, string notice)
    {
        using var nothing = FileAt.Open("/dev/null", OpenFlags.ReadWrite);
        using var log = FileAt.Open(Log, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, Convert.ToUInt32("640", 8));
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(static entry => entry.Key is not Notice)
            .Select(static entry => $"{entry.Key}={entry.Value}").Append($"{Notice}=@{notice}").ToList();
        return Spawn.Start(daemon, [daemon], environment, [nothing, log, log], newSession: true);
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
