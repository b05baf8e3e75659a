using System.Globalization;
using System.Text;
using System.Text.Json;
using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Runtime.State;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>ps</c>: the pids of a container, or what ps(1) says about them.</summary>
internal static class PsCommand
{
    private const int OutputLimit = 64 << 20;

    public static int Run(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        List<int> pids = [.. context.GroupOf(state).Processes()];
        if ((options.Value("format") ?? "table") == "json")
        {
            Output.Line(JsonSerializer.Serialize(pids, CliJson.Compact.ListInt32));
            return 0;
        }
        IReadOnlyList<string> arguments = options.Arguments.Count > 1 ? options.Arguments.GetRange(1, options.Arguments.Count - 1) : ["-ef"];
        string[] lines = RunPs(arguments).Split('\n');
        int column = Array.FindIndex(Fields(lines[0]), field => field == "PID");
        if (column < 0) throw CortenException.Invalid("couldn't find PID field in ps output");
        Output.Line(lines[0]);
        foreach (string line in lines.Skip(1))
        {
            string[] fields = Fields(line);
            if (fields.Length > column && int.TryParse(fields[column], CultureInfo.InvariantCulture, out int pid) && pids.Contains(pid)) Output.Line(line);
        }
        return 0;
    }

    private static string RunPs(IReadOnlyList<string> arguments)
    {
        (SafeFileHandle read, SafeFileHandle write) = Descriptor.Pipe();
        using (read)
        {
            int pid;
            using (write) pid = Spawn.Start(Executable.Find("ps", Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin"), ["ps", .. arguments], ["PATH=/usr/bin:/bin"], [null, write, null]);
            string text = Encoding.UTF8.GetString(Descriptor.ReadAll(read.Number(), OutputLimit));
            ExitStatus status = Child.Wait(pid);
            return status.Code == 0 ? text : throw CortenException.Invalid($"ps failed with exit code {status.Code}");
        }
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
