using System.Buffers;
using System.Text.Json;

namespace Corten.Runtime.State;

/// <summary>The state file's JSON, written and read member by member: every command begins by it, and the serializer would cost more than the command.</summary>
internal static class StateText
{
    public static byte[] Write(RuntimeState state)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", state.Id);
            json.WriteNumber("pid", state.Pid);
            json.WriteNumber("startTime", state.StartTime);
            json.WriteString("created", state.Created);
            json.WriteString("bundle", state.Bundle);
            json.WriteString("rootPath", state.RootPath);
            json.WriteString("configPath", state.ConfigPath);
            json.WriteString("cgroupPath", state.CgroupPath);
            json.WriteBoolean("ownPidNamespace", state.OwnPidNamespace);
            json.WriteString("owner", state.Owner);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">It is no state.</exception>
    public static RuntimeState Read(ReadOnlyMemory<byte> text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement json = document.RootElement;
        try
        {
            return new RuntimeState
            {
                Id = json.GetProperty("id").GetString()!,
                Pid = json.GetProperty("pid").GetInt32(),
                StartTime = json.GetProperty("startTime").GetUInt64(),
                Created = json.GetProperty("created").GetDateTimeOffset(),
                Bundle = json.GetProperty("bundle").GetString()!,
                RootPath = json.GetProperty("rootPath").GetString()!,
                ConfigPath = json.GetProperty("configPath").GetString()!,
                CgroupPath = json.GetProperty("cgroupPath").GetString()!,
                OwnPidNamespace = json.GetProperty("ownPidNamespace").GetBoolean(),
                Owner = json.GetProperty("owner").GetString()!,
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException("a member of the state is missing or of another kind", e);
        }
    }
}
