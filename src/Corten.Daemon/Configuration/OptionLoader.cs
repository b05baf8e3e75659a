using Corten.Oci.Errors;

namespace Corten.Daemon.Configuration;

/// <summary>Puts flags and file together, and checks what only makes sense together.</summary>
internal static class OptionLoader
{
    /// <exception cref="CortenException">Something is wrong in the flags, in the file, or between options.</exception>
    public static DaemonOptions Load(IReadOnlyList<string> arguments)
    {
        var options = new DaemonOptions();
        var given = CommandLine.Parse(arguments, options);
        if (options.ShowHelp || options.ShowVersion)
        {
            return options;
        }

        var explicitFile = given.Keys.Any(o => o.Flag == "config-file");
        ConfigFile.Apply(options.ConfigFile, explicitFile, given, options);
        Check(options);
        return options;
    }

    private static void Check(DaemonOptions options)
    {
        if (options.Bridge.Length > 0 && options.Bip.Length > 0)
        {
            throw CortenException.Invalid("you specified -b & --bip, mutually exclusive options. Please specify only one");
        }

        if (!options.InterContainerCommunication && !options.PacketFilter)
        {
            throw CortenException.Invalid(
                "you specified --iptables=false with --icc=false. ICC=false uses iptables to function. Please set --icc or --iptables to true");
        }

        if (options.PacketFilter != options.PacketFilterV6)
        {
            throw CortenException.Invalid("--iptables and --ip6tables can't differ: one table has the rules of both");
        }

        if (options.DefaultRuntime != "corten" && !options.Runtimes.ContainsKey(options.DefaultRuntime))
        {
            throw CortenException.Invalid($"specified default runtime '{options.DefaultRuntime}' does not exist");
        }

        if (options.Runtimes.ContainsKey("corten"))
        {
            throw CortenException.Invalid("runtime name 'corten' is reserved");
        }

        if (options.Labels.GroupBy(l => l.Split('=')[0]).FirstOrDefault(g => g.Distinct().Count() > 1) is { } conflict)
        {
            throw CortenException.Invalid($"conflict labels for {conflict.Key}={string.Join(" and ", conflict.Select(l => l[(conflict.Key.Length + 1)..]))}");
        }
    }
}
