using System.Globalization;
using Corten.Linux;
using Corten.Linux.Processes;

namespace Corten.Runtime.DockerInit;

/// <summary>
/// The container's first process with <c>--init</c>: this executable, mounted at <c>/sbin/docker-init</c>. It runs the program as its child, in a process group that
/// has the terminal, passes every signal on to it, reaps whatever orphans come its way, and ends as the program ends. The command line is tini's.
/// </summary>
internal static class InitProcess
{
    private static ReadOnlySpan<byte> Name => "docker-init"u8;

    private const int UsageError = 1, NotFound = 127, NotExecutable = 126;

    private const int LastSignal = 64, SigChld = 17, SigStop = 19, SigTtin = 21, SigTtou = 22;

    /// <summary>
    /// What the kernel raises for a mistake of the process itself (it would be raised for ever if blocked), what can't be blocked, and the real-time signals that
    /// the C library (32, 33) and this runtime (34) keep to themselves and unblock when they start.
    /// </summary>
    private static readonly int[] NeverBlocked = [4, 5, 6, 7, 8, SignalNumbers.Kill, 11, SigStop, 31, 32, 33, 34];

    private static readonly ulong Forwarded = Enumerable.Range(1, LastSignal).Where(signal => !NeverBlocked.Contains(signal)).Aggregate(0UL, (mask, signal) => mask | Bit(signal));

    /// <summary>Whether this executable was started as it. Also asked before .NET is started.</summary>
    /// <param name="path">What main has as its first argument.</param>
    public static bool IsNamed(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..].SequenceEqual(Name);

    /// <param name="arguments">Behind the program's own name.</param>
    public static int Run(string[] arguments)
    {
        InitOptions options;
        try
        {
            options = InitOptions.Parse(arguments);
        }
        catch (FormatException e)
        {
            Complain(e.Message);
            return UsageError;
        }
        if (options.ShowVersion)
        {
            Console.Out.WriteLine($"docker-init version {Cli.RuntimeCli.Version} (corten)");
            return 0;
        }
        if ((SignalState.Mask() & Bit(SigChld)) == 0) Begin(arguments);
        return Attend(Start(options.Program), options);
    }

    /// <summary>
    /// Signals have to be blocked in every thread, and this runtime has started its own by now: with the mask set it executes itself again, so that all inherit it.
    /// </summary>
    private static void Begin(string[] arguments)
    {
        SignalState.SetMask(Forwarded);
        string self = Environment.GetCommandLineArgs()[0];
        Executable.Run(self, [self, .. arguments], EnvironmentStrings());
    }

    private static int Start(IReadOnlyList<string> program)
    {
        int pid = Child.Fork();
        if (pid != 0) return pid;
        try
        {
            // In the order that leaves no moment in which the program could ask a terminal that is not its own.
            ProcessGroup.Lead();
            ProcessGroup.TakeTerminal();
            SignalState.Reset();
            Executable.Run(Executable.Find(program[0], Environment.GetEnvironmentVariable("PATH")), program, EnvironmentStrings());
        }
        catch (Exception e) when (e is LinuxException or ProgramNotFoundException)
        {
            Complain($"exec {program[0]} failed: {e.Message}");
            Child.Exit(e is ProgramNotFoundException { Errno: Errno.ENOENT } or LinuxException { Errno: Errno.ENOENT } ? NotFound : NotExecutable);
        }
        return 0;
    }

    private static int Attend(int child, InitOptions options)
    {
        while (true)
        {
            int signal = SignalQueue.Next(Forwarded);
            if (signal != SigChld)
            {
                // Its own stops by the terminal are not the program's; the program may be gone by now, which SIGCHLD tells next.
                if (signal is not (SigTtin or SigTtou)) ProcessGroup.Signal(options.WholeGroup ? -child : child, signal);
                continue;
            }
            while (Child.ReapAny() is { } ended)
            {
                if (ended.Pid == child) return ended.Status.Code;
            }
        }
    }

    private static ulong Bit(int signal) => 1UL << (signal - 1);

    private static List<string> EnvironmentStrings()
    {
        List<string> strings = [];
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) strings.Add(string.Create(CultureInfo.InvariantCulture, $"{entry.Key}={entry.Value}"));
        return strings;
    }

    private static void Complain(string message) => Console.Error.WriteLine($"[FATAL docker-init] {message}");
}
