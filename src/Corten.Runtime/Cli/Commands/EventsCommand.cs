using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Linux;
using Corten.Linux.Cgroups;
using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary>One line of <c>events</c>.</summary>
internal sealed record ContainerEvent
{
    [JsonPropertyName("type")] public required string Type { get; set; }
    [JsonPropertyName("id")] public required string Id { get; set; }
    [JsonPropertyName("data")] public CgroupSample? Data { get; set; }
}

/// <summary><c>events</c>: a sample of the counters now and then, and each out-of-memory kill; or, with <c>--stats</c>, one sample.</summary>
internal static class EventsCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        if (context.StatusOf(state) == "stopped") throw CortenException.Conflict($"container with id {state.Id} is not running");
        Cgroup group = context.GroupOf(state);
        if (options.Flag("stats"))
        {
            Print("stats", state, CgroupSample.Take(group));
            return 0;
        }
        int interval = Interval(options.Value("interval") ?? "5s");
        using OomNotice? notice = OomNotice.TryOpen(group);
        using var init = Pidfd.Open(state.Pid, state.StartTime);
        if (init is null) return 0;
        long next = Environment.TickCount64 + interval;
        while (StateStore.IsAlive(state))
        {
            int left = (int)Math.Clamp(next - Environment.TickCount64, 0, interval);
            if (notice is null) Readiness.Wait(init, left);
            else if (Readiness.Either(notice.Handle, init, left).First && notice.Take()) Print("oom", state, null);
            if (Environment.TickCount64 < next) continue;
            next += interval;
            if (StateStore.IsAlive(state)) Print("stats", state, CgroupSample.Take(group));
        }
        return 0;
    }

    private static void Print(string type, RuntimeState state, CgroupSample? sample)
        => Output.Line(JsonSerializer.Serialize(new ContainerEvent { Type = type, Id = state.Id, Data = sample }, CliJson.Compact.ContainerEvent));

    /// <summary>A duration as Go writes one: 5s, 1m, 500ms.</summary>
    private static int Interval(string text)
    {
        (string number, int unit) = text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 1)
            : text.EndsWith('s') ? (text[..^1], 1000)
            : text.EndsWith('m') ? (text[..^1], 60_000)
            : text.EndsWith('h') ? (text[..^1], 3_600_000)
            : ("", 0);
        return int.TryParse(number, out int value) && value > 0 ? value * unit : throw CortenException.Invalid("duration interval must be greater than 0");
    }
}
