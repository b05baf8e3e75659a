using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Linux.Mounts;
using Corten.Linux.Namespaces;
using Corten.Linux.Security;

namespace Corten.Runtime.Cli.Commands;

/// <summary>features.md and features-linux.md of the runtime-spec.</summary>
internal sealed record RuntimeFeatures
{
    [JsonPropertyName("ociVersionMin")] public string OciVersionMin { get; set; } = "1.0.0";
    [JsonPropertyName("ociVersionMax")] public string OciVersionMax { get; set; } = RuntimeCli.SpecVersion;
    [JsonPropertyName("hooks")] public string[] Hooks { get; set; } = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];
    [JsonPropertyName("mountOptions")] public string[] MountOptions { get; set; } = [.. Corten.Linux.Mounts.MountOptions.KnownNames];
    [JsonPropertyName("linux")] public LinuxFeatures LinuxSpecific { get; set; } = new();
    [JsonPropertyName("annotations")] public Dictionary<string, string> Annotations { get; set; } = new() { ["org.corten.runtime.version"] = RuntimeCli.Version };
    [JsonPropertyName("potentiallyUnsafeConfigAnnotations")] public string[] UnsafeAnnotations { get; set; } = [];
}

internal sealed record LinuxFeatures
{
    [JsonPropertyName("namespaces")] public string[] Namespaces { get; set; } = [.. NamespaceKinds.SpecNames.Order(StringComparer.Ordinal)];
    [JsonPropertyName("capabilities")] public string[] Capabilities { get; set; } = [.. CapabilitySet.Names];
    [JsonPropertyName("cgroup")] public CgroupFeatures Cgroup { get; set; } = new();
    [JsonPropertyName("seccomp")] public SeccompFeatures Seccomp { get; set; } = new();
    [JsonPropertyName("apparmor")] public Enabled Apparmor { get; set; } = new(true);
    [JsonPropertyName("selinux")] public Enabled Selinux { get; set; } = new(true);
    [JsonPropertyName("intelRdt")] public Enabled IntelRdt { get; set; } = new(true);
    [JsonPropertyName("memoryPolicy")] public MemoryPolicyFeatures MemoryPolicy { get; set; } = new();
    [JsonPropertyName("mountExtensions")] public MountExtensions MountExtensions { get; set; } = new();
    [JsonPropertyName("netDevices")] public Enabled NetDevices { get; set; } = new(true);
}

internal sealed record Enabled([property: JsonPropertyName("enabled")] bool Value);

internal sealed record CgroupFeatures
{
    [JsonPropertyName("v1")] public bool V1 { get; set; } = true;
    [JsonPropertyName("v2")] public bool V2 { get; set; } = true;
    [JsonPropertyName("systemd")] public bool Systemd { get; set; }
    [JsonPropertyName("systemdUser")] public bool SystemdUser { get; set; }
    [JsonPropertyName("rdma")] public bool Rdma { get; set; } = true;
}

internal sealed record SeccompFeatures
{
    [JsonPropertyName("enabled")] public bool Enabled { get; set; } = true;
    [JsonPropertyName("actions")] public string[] Actions { get; set; } = [.. SeccompCompiler.KnownActions];
    [JsonPropertyName("operators")] public string[] Operators { get; set; } = [.. SeccompCompiler.KnownOperators];
    [JsonPropertyName("archs")] public string[] Architectures { get; set; } = [.. SeccompCompiler.KnownArchitectures];
    [JsonPropertyName("knownFlags")] public string[] KnownFlags { get; set; } = [.. SeccompCompiler.KnownFlags];
    [JsonPropertyName("supportedFlags")] public string[] SupportedFlags { get; set; } = [.. SeccompCompiler.KnownFlags];
}

internal sealed record MemoryPolicyFeatures
{
    [JsonPropertyName("modes")] public string[] Modes { get; set; } = [.. Corten.Linux.Processes.MemoryPolicy.ModeNames];
    [JsonPropertyName("flags")] public string[] Flags { get; set; } = [.. Corten.Linux.Processes.MemoryPolicy.FlagNames];
}

internal sealed record MountExtensions
{
    [JsonPropertyName("idmap")] public Enabled Idmap { get; set; } = new(true);
}

/// <summary><c>features</c>.</summary>
internal static class FeaturesCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        Output.Line(JsonSerializer.Serialize(new RuntimeFeatures(), CliJson.Indented.RuntimeFeatures));
        return 0;
    }
}
