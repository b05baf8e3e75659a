using System.Text.Json;
using Corten.Cli.Output;

namespace Corten.Cli.Commands.Engine;

/// <summary>GET /info as text for people.</summary>
internal static class EngineSummary
{
    public static void Print(TextWriter output, JsonElement info)
    {
        output.Write($" Containers: {info.Int("Containers")}\n  Running: {info.Int("ContainersRunning")}\n  Paused: {info.Int("ContainersPaused")}\n  Stopped: {info.Int("ContainersStopped")}\n");
        output.Write($" Images: {info.Int("Images")}\n");
        Line(output, "Server Version", info.Text("ServerVersion"));
        Line(output, "Storage Driver", info.Text("Driver"));
        foreach (var pair in info.Items("DriverStatus"))
        {
            output.Write($"  {pair[0].GetString()}: {pair[1].GetString()}\n");
        }
        Line(output, "Logging Driver", info.Text("LoggingDriver"));
        Line(output, "Cgroup Driver", info.Text("CgroupDriver"));
        Line(output, "Cgroup Version", info.Text("CgroupVersion"));
        PrintPlugins(output, info);
        PrintList(output, "CDI spec directories", info.Texts("CDISpecDirs"));
        PrintList(output, "Discovered Devices", info.Items("DiscoveredDevices").Select(static device => $"{device.Text("Source")}: {device.Text("ID")}"));
        PrintSwarm(output, info);
        output.Write($" Runtimes: {string.Join(' ', info.Members("Runtimes").Select(static runtime => runtime.Name).Order(StringComparer.Ordinal))}\n");
        output.Write($" Default Runtime: {info.Text("DefaultRuntime")}\n");
        PrintInit(output, info);
        PrintSecurity(output, info);
        PrintMachine(output, info);
        PrintSettings(output, info);
        output.Write('\n');
    }

    private static void PrintPlugins(TextWriter output, JsonElement info)
    {
        output.Write(" Plugins:\n");
        foreach (var kind in new[] { "Volume", "Network", "Log" })
        {
            output.Write($"  {kind}: {string.Join(' ', info.Get("Plugins").Texts(kind))}\n");
        }
        var authorization = info.Get("Plugins").Texts("Authorization").ToList();
        if (authorization.Count > 0)
        {
            output.Write($"  Authorization: {string.Join(' ', authorization)}\n");
        }
    }

    private static void PrintSwarm(TextWriter output, JsonElement info)
    {
        var swarm = info.Get("Swarm");
        output.Write($" Swarm: {(swarm.Text("LocalNodeState") is { Length: > 0 } state ? state : "inactive")}\n");
    }

    private static void PrintInit(TextWriter output, JsonElement info)
    {
        output.Write($" Init Binary: {info.Text("InitBinary")}\n");
        output.Write($" containerd version: {info.Get("ContainerdCommit").Text("ID")}\n");
        output.Write($" runc version: {info.Get("RuncCommit").Text("ID")}\n");
        output.Write($" init version: {info.Get("InitCommit").Text("ID")}\n");
    }

    /// <summary><c>name=seccomp,profile=builtin</c>: the name, and beneath it the rest.</summary>
    private static void PrintSecurity(TextWriter output, JsonElement info)
    {
        var options = info.Texts("SecurityOptions").ToList();
        if (options.Count == 0)
        {
            return;
        }
        output.Write(" Security Options:\n");
        foreach (var option in options)
        {
            var fields = option.Split(',').Select(static field => field.Split('=', 2)).ToList();
            output.Write($"  {fields.Find(static field => field[0] == "name")?[^1] ?? option}\n");
            foreach (var field in fields.Where(static field => field[0] != "name" && field.Length == 2))
            {
                output.Write($"   {char.ToUpperInvariant(field[0][0])}{field[0][1..]}: {field[1]}\n");
            }
        }
    }

    private static void PrintMachine(TextWriter output, JsonElement info)
    {
        Line(output, "Kernel Version", info.Text("KernelVersion"));
        Line(output, "Operating System", info.Text("OperatingSystem"));
        Line(output, "OSType", info.Text("OSType"));
        Line(output, "Architecture", info.Text("Architecture"));
        output.Write($" CPUs: {info.Int("NCPU")}\n");
        output.Write($" Total Memory: {ByteSize.HumanBinary(info.Int("MemTotal"))}\n");
        Line(output, "Name", info.Text("Name"));
        Line(output, "ID", info.Text("ID"));
        output.Write($" Docker Root Dir: {info.Text("DockerRootDir")}\n");
        output.Write($" Debug Mode: {Word(info.Flag("Debug"))}\n");
        if (info.Flag("Debug"))
        {
            output.Write($"  File Descriptors: {info.Int("NFd")}\n  Goroutines: {info.Int("NGoroutines")}\n  System Time: {info.Text("SystemTime")}\n  EventsListeners: {info.Int("NEventsListener")}\n");
        }
    }

    private static void PrintSettings(TextWriter output, JsonElement info)
    {
        Line(output, "HTTP Proxy", info.Text("HttpProxy"));
        Line(output, "HTTPS Proxy", info.Text("HttpsProxy"));
        Line(output, "No Proxy", info.Text("NoProxy"));
        PrintList(output, "Labels", info.Texts("Labels"));
        output.Write($" Experimental: {Word(info.Flag("ExperimentalBuild"))}\n");
        var registries = info.Get("RegistryConfig");
        var insecure = registries.Members("IndexConfigs").Where(static index => !index.Value.Flag("Secure")).Select(static index => index.Name)
            .Concat(registries.Texts("InsecureRegistryCIDRs")).ToList();
        PrintList(output, "Insecure Registries", insecure);
        PrintList(output, "Registry Mirrors", registries.Texts("Mirrors"));
        output.Write($" Live Restore Enabled: {Word(info.Flag("LiveRestoreEnabled"))}\n");
        var pools = info.Items("DefaultAddressPools").ToList();
        if (pools.Count > 0)
        {
            output.Write(" Default Address Pools:\n");
            pools.ForEach(pool => output.Write($"   Base: {pool.Text("Base")}, Size: {pool.Int("Size")}\n"));
        }
        if (info.Get("FirewallBackend").Text("Driver") is { Length: > 0 } backend && backend != "iptables")
        {
            output.Write($" Firewall Backend: {backend}\n");
        }
    }

    private static void Line(TextWriter output, string name, string value)
    {
        if (value.Length > 0)
        {
            output.Write($" {name}: {value}\n");
        }
    }

    private static void PrintList(TextWriter output, string name, IEnumerable<string> values)
    {
        var lines = values.ToList();
        if (lines.Count > 0)
        {
            output.Write($" {name}:\n{string.Concat(lines.Select(static line => $"  {line}\n"))}");
        }
    }

    private static string Word(bool value) => value ? "true" : "false";
}
