using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Corten.Runtime.State;

/// <summary>The state file's JSON, written and read member by member: every command begins by it, and the serializer would cost more than the command.</summary>
internal static class StateText
{
    public static byte[] Write(RuntimeState state)
    {
        string created = state.Created.ToString("O", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
            {"id":{{JsonText.Quote(state.Id)}},"pid":{{state.Pid}},"startTime":{{state.StartTime}},"created":"{{created}}",
            "bundle":{{JsonText.Quote(state.Bundle)}},"rootPath":{{JsonText.Quote(state.RootPath)}},"configPath":{{JsonText.Quote(state.ConfigPath)}},
            "cgroupPath":{{JsonText.Quote(state.CgroupPath)}},"ownPidNamespace":{{(state.OwnPidNamespace ? "true" : "false")}},"owner":{{JsonText.Quote(state.Owner)}}}
            """));
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
