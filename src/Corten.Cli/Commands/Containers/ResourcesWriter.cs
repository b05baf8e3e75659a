using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>The limits within a HostConfig, and the body of an update, which is little else.</summary>
internal static class ResourcesWriter
{
    /// <param name="created">For a create request: empty lists, and the options that update does not have.</param>
    public static void Write(Utf8JsonWriter writer, Invocation call, bool created)
    {
        writer.WriteNumber("CpuShares", call.Int("cpu-shares"));
        writer.WriteNumber("Memory", call.Parsed.Bytes("memory"));
        OptionCheck.NanoCpus(call.Text("cpus") is { Length: > 0 } cpus ? cpus : "0", out var nano);
        writer.WriteNumber("NanoCpus", nano);
        writer.WriteString("CgroupParent", created ? call.Text("cgroup-parent") : "");
        writer.WriteNumber("BlkioWeight", call.Int("blkio-weight"));
        WriteDevices(writer, "BlkioWeightDevice", "Weight", "blkio-weight-device", call, created);
        WriteDevices(writer, "BlkioDeviceReadBps", "Rate", "device-read-bps", call, created);
        WriteDevices(writer, "BlkioDeviceWriteBps", "Rate", "device-write-bps", call, created);
        WriteDevices(writer, "BlkioDeviceReadIOps", "Rate", "device-read-iops", call, created);
        WriteDevices(writer, "BlkioDeviceWriteIOps", "Rate", "device-write-iops", call, created);
        writer.WriteNumber("CpuPeriod", call.Int("cpu-period"));
        writer.WriteNumber("CpuQuota", call.Int("cpu-quota"));
        writer.WriteNumber("CpuRealtimePeriod", call.Int("cpu-rt-period"));
        writer.WriteNumber("CpuRealtimeRuntime", call.Int("cpu-rt-runtime"));
        writer.WriteString("CpusetCpus", call.Text("cpuset-cpus"));
        writer.WriteString("CpusetMems", call.Text("cpuset-mems"));
        WriteAddedDevices(writer, call, created);
        if (!created && call.Has("kernel-memory"))
        {
            writer.WriteNumber("KernelMemory", call.Parsed.Bytes("kernel-memory"));
        }
        writer.WriteNumber("MemoryReservation", call.Parsed.Bytes("memory-reservation"));
        writer.WriteNumber("MemorySwap", call.Parsed.Bytes("memory-swap"));
        WriteNumberOrNull(writer, "MemorySwappiness", created ? call.Int("memory-swappiness") : null);
        if (created)
        {
            writer.WriteBoolean("OomKillDisable", call.Flag("oom-kill-disable"));
        }
        else
        {
            writer.WriteNull("OomKillDisable");
        }
        WriteNumberOrNull(writer, "PidsLimit", created || call.Has("pids-limit") ? call.Int("pids-limit") : null);
        WriteUlimits(writer, call, created);
        // Of Windows; Docker's client sends them all the same.
        writer.WriteNumber("CpuCount", 0);
        writer.WriteNumber("CpuPercent", 0);
        writer.WriteNumber("IOMaximumIOps", 0);
        writer.WriteNumber("IOMaximumBandwidth", 0);
    }

    private static void WriteNumberOrNull(Utf8JsonWriter writer, string member, long? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(member, value);
        }
        else
        {
            writer.WriteNull(member);
        }
    }

    private static void WriteDevices(Utf8JsonWriter writer, string member, string inner, string option, Invocation call, bool created)
    {
        if (!created)
        {
            writer.WriteNull(member);
            return;
        }
        writer.WriteStartArray(member);
        foreach (var word in call.List(option))
        {
            var at = word.IndexOf(':');
            ByteSize.TryParse(word[(at + 1)..], out var number);
            writer.WriteStartObject();
            writer.WriteString("Path", word[..at]);
            writer.WriteNumber(inner, number);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteAddedDevices(Utf8JsonWriter writer, Invocation call, bool created)
    {
        if (!created)
        {
            writer.WriteNull("Devices");
            writer.WriteNull("DeviceCgroupRules");
            writer.WriteNull("DeviceRequests");
            return;
        }
        writer.WriteStartArray("Devices");
        foreach (var word in call.List("device").Where(static word => !DeviceArgument.IsCdi(word)))
        {
            DeviceArgument.Parse(word).WriteTo(writer);
        }
        writer.WriteEndArray();
        ConfigWriter.WriteListOrNull(writer, "DeviceCgroupRules", call.List("device-cgroup-rule"));
        var cdi = call.List("device").Where(DeviceArgument.IsCdi).ToList();
        if (!call.Has("gpus") && cdi.Count == 0)
        {
            writer.WriteNull("DeviceRequests");
            return;
        }
        writer.WriteStartArray("DeviceRequests");
        foreach (var word in call.List("gpus"))
        {
            GpuArgument.Parse(word, out var request);
            request.WriteTo(writer);
        }
        if (cdi.Count > 0)
        {
            writer.WriteStartObject();
            writer.WriteString("Driver", "cdi");
            writer.WriteNumber("Count", 0);
            ConfigWriter.WriteList(writer, "DeviceIDs", cdi);
            writer.WriteNull("Capabilities");
            writer.WriteNull("Options");
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteUlimits(Utf8JsonWriter writer, Invocation call, bool created)
    {
        if (!created)
        {
            writer.WriteNull("Ulimits");
            return;
        }
        writer.WritePropertyName("Ulimits");
        WriteUlimits(writer, call.List("ulimit"));
    }

    /// <summary>The list, by name; of two for one name the last counts.</summary>
    public static void WriteUlimits(Utf8JsonWriter writer, IEnumerable<string> words)
    {
        var limits = new SortedDictionary<string, (long Soft, long Hard)>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            OptionCheck.ParseUlimit(word, out var name, out var soft, out var hard);
            limits[name] = (soft, hard);
        }
        writer.WriteStartArray();
        foreach (var (name, (soft, hard)) in limits)
        {
            writer.WriteStartObject();
            writer.WriteString("Name", name);
            writer.WriteNumber("Hard", hard);
            writer.WriteNumber("Soft", soft);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
