using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>The member <c>HostConfig</c> of a create request.</summary>
internal sealed class HostConfigWriter
{
    private const int Failed = 125;

    private readonly Invocation call;
    private readonly PortArguments ports;
    private readonly string networkMode;
    private readonly List<string> binds = [];
    private readonly SecurityArguments security;
    private readonly ApiSocket? socket;

    public HostConfigWriter(Invocation call, PortArguments ports, string networkMode, ApiSocket? socket)
    {
        this.socket = socket;
        this.call = call;
        this.ports = ports;
        this.networkMode = networkMode;
        security = new SecurityArguments(call);
        foreach (var volume in call.List("volume"))
        {
            TakeVolume(volume);
        }
    }

    /// <summary><c>-v /path</c>: volumes without a name.</summary>
    public SortedSet<string> AnonymousVolumes { get; } = new(StringComparer.Ordinal);

    public void Write(Utf8JsonWriter writer, (int Rows, int Columns)? console)
    {
        writer.WriteStartObject();
        ConfigWriter.WriteListOrNull(writer, "Binds", binds);
        writer.WriteString("ContainerIDFile", call.Text("cidfile"));
        writer.WriteStartObject("LogConfig");
        writer.WriteString("Type", call.Text("log-driver"));
        ConfigWriter.WriteMap(writer, "Config", LogOptions());
        writer.WriteEndObject();
        writer.WriteString("NetworkMode", networkMode);
        WritePorts(writer);
        WriteRestart(writer, call.Text("restart"));
        writer.WriteBoolean("AutoRemove", call.Flag("rm"));
        writer.WriteString("VolumeDriver", call.Text("volume-driver"));
        WriteNullable(writer, "VolumesFrom", "volumes-from");
        writer.WriteStartArray("ConsoleSize");
        writer.WriteNumberValue(console?.Rows ?? 0);
        writer.WriteNumberValue(console?.Columns ?? 0);
        writer.WriteEndArray();
        WriteMapIf(writer, "Annotations", call.List("annotation"));
        var (added, dropped) = security.Capabilities();
        ConfigWriter.WriteListOrNull(writer, "CapAdd", added);
        ConfigWriter.WriteListOrNull(writer, "CapDrop", dropped);
        writer.WriteString("CgroupnsMode", call.Text("cgroupns"));
        ConfigWriter.WriteList(writer, "Dns", call.List("dns"));
        ConfigWriter.WriteList(writer, "DnsOptions", call.List("dns-option"));
        ConfigWriter.WriteList(writer, "DnsSearch", call.List("dns-search"));
        ConfigWriter.WriteListOrNull(writer, "ExtraHosts", [.. call.List("add-host").Select(static word => OptionCheck.SplitHost(word)!.Value).Select(static host => $"{host.Name}:{host.Address}")]);
        WriteNullable(writer, "GroupAdd", "group-add");
        writer.WriteString("IpcMode", call.Text("ipc"));
        writer.WriteString("Cgroup", "");
        WriteNullable(writer, "Links", "link");
        writer.WriteNumber("OomScoreAdj", call.Int("oom-score-adj"));
        writer.WriteString("PidMode", call.Text("pid"));
        writer.WriteBoolean("Privileged", call.Flag("privileged"));
        writer.WriteBoolean("PublishAllPorts", call.Flag("publish-all"));
        writer.WriteBoolean("ReadonlyRootfs", call.Flag("read-only"));
        ConfigWriter.WriteListOrNull(writer, "SecurityOpt", security.Options);
        WriteMapIf(writer, "StorageOpt", StorageOptions());
        WriteTmpfs(writer);
        writer.WriteString("UTSMode", call.Text("uts"));
        writer.WriteString("UsernsMode", call.Text("userns"));
        writer.WriteNumber("ShmSize", call.Parsed.Bytes("shm-size"));
        WriteMapIf(writer, "Sysctls", call.List("sysctl"));
        if (call.Has("runtime"))
        {
            writer.WriteString("Runtime", call.Text("runtime"));
        }
        writer.WriteString("Isolation", call.Text("isolation"));
        ResourcesWriter.Write(writer, call, created: true);
        WriteMounts(writer);
        WritePaths(writer);
        if (call.Has("init"))
        {
            writer.WriteBoolean("Init", call.Flag("init"));
        }
        writer.WriteEndObject();
    }

    /// <summary><c>Name[:retries]</c>.</summary>
    public static void WriteRestart(Utf8JsonWriter writer, string policy)
    {
        var parts = policy.Split(':', 2);
        var retries = 0L;
        if (parts.Length == 2 && parts[0].Length == 0)
        {
            throw new CommandException("invalid restart policy format: no policy provided before colon", Failed);
        }
        if (parts.Length == 2)
        {
            retries = OptionCheck.Number(parts[1]) ?? throw new CommandException("invalid restart policy format: maximum retry count must be an integer", Failed);
        }
        writer.WriteStartObject("RestartPolicy");
        writer.WriteString("Name", parts[0]);
        writer.WriteNumber("MaximumRetryCount", retries);
        writer.WriteEndObject();
    }

    /// <summary><c>[source:]target[:options]</c>. A relative source is a path from here; without a source the volume has no name.</summary>
    private void TakeVolume(string volume)
    {
        if (volume.Length == 0)
        {
            throw new CommandException("invalid empty volume spec", Failed);
        }
        var parts = volume.Split(':');
        if (parts.Length == 1)
        {
            AnonymousVolumes.Add(volume);
            return;
        }
        if (parts.Length > 3)
        {
            throw new CommandException($"invalid spec: {volume}: too many colons", Failed);
        }
        if (parts[0].StartsWith('.') || parts[0].StartsWith('~'))
        {
            var home = parts[0] == "~" || parts[0].StartsWith("~/", StringComparison.Ordinal);
            parts[0] = home ? (Environment.GetEnvironmentVariable("HOME") ?? "/") + parts[0][1..] : Path.GetFullPath(parts[0]);
        }
        binds.Add(string.Join(':', parts));
    }

    private SortedDictionary<string, string> LogOptions()
    {
        if (call.Text("log-driver") == "none" && call.Has("log-opt"))
        {
            throw new CommandException("invalid logging opts for driver none", Failed);
        }
        return ConfigWriter.Map(call.List("log-opt"));
    }

    private IReadOnlyList<string> StorageOptions()
        => call.List("storage-opt").All(static word => word.Contains('=')) ? call.List("storage-opt") : throw new CommandException("invalid storage option", Failed);

    private void WritePorts(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("PortBindings");
        foreach (var (port, bound) in ports.Bindings)
        {
            writer.WriteStartArray(port);
            foreach (var (ip, on) in bound)
            {
                writer.WriteStartObject();
                writer.WriteString("HostIp", ip);
                writer.WriteString("HostPort", on);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private void WriteTmpfs(Utf8JsonWriter writer)
    {
        if (!call.Has("tmpfs"))
        {
            return;
        }
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in call.List("tmpfs"))
        {
            var pair = word.Split(':', 2);
            map[pair[0]] = pair.Length > 1 ? pair[1] : "";
        }
        ConfigWriter.WriteMap(writer, "Tmpfs", map);
    }

    private void WriteMounts(Utf8JsonWriter writer)
    {
        var mounts = call.List("mount").ToList();
        if (socket is not null)
        {
            mounts.Add(socket.Mount);
        }
        if (mounts.Count == 0)
        {
            return;
        }
        writer.WriteStartArray("Mounts");
        foreach (var word in mounts)
        {
            MountArgument.Parse(word, out var mount);
            mount.WriteTo(writer);
        }
        writer.WriteEndArray();
    }

    /// <summary>Null asks for the engine's own lists of masked paths; empty lists, for none.</summary>
    private void WritePaths(Utf8JsonWriter writer)
    {
        foreach (var name in new[] { "MaskedPaths", "ReadonlyPaths" })
        {
            if (security.UnconfinedPaths)
            {
                ConfigWriter.WriteList(writer, name, []);
            }
            else
            {
                writer.WriteNull(name);
            }
        }
    }

    private void WriteNullable(Utf8JsonWriter writer, string member, string option) => ConfigWriter.WriteListOrNull(writer, member, call.List(option));

    private static void WriteMapIf(Utf8JsonWriter writer, string member, IReadOnlyList<string> words)
    {
        if (words.Count > 0)
        {
            ConfigWriter.WriteMap(writer, member, ConfigWriter.Map(words));
        }
    }
}
