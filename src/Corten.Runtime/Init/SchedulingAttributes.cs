using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Init;

/// <summary>Scheduler and I/O priority of the program (config.md, "scheduler", "ioPriority").</summary>
internal static class SchedulingAttributes
{
    public static void Apply(ProcessSpec spec)
    {
        if (spec.Scheduler is { } scheduler)
        {
            if (!Enum.TryParse(scheduler.Policy.Replace("SCHED_", ""), ignoreCase: true, out SchedulerPolicy policy)) throw CortenException.Invalid($"invalid scheduler policy: {scheduler.Policy}");
            SchedulerFlags flags = SchedulerFlags.None;
            foreach (string word in scheduler.Flags ?? []) flags |= ParseFlag(word);
            Scheduling.Set(policy, flags, scheduler.Nice ?? 0, (uint)(scheduler.Priority ?? 0), scheduler.Runtime ?? 0, scheduler.Deadline ?? 0, scheduler.Period ?? 0);
        }
        if (spec.IoPriority is { } io)
        {
            int level = io.Class switch
            {
                "IOPRIO_CLASS_RT" => 1,
                "IOPRIO_CLASS_BE" => 2,
                "IOPRIO_CLASS_IDLE" => 3,
                var other => throw CortenException.Invalid($"invalid ioPriority.Class: {other}"),
            };
            if (io.Priority is < 0 or > 7) throw CortenException.Invalid($"invalid ioPriority.Priority: {io.Priority}");
            Scheduling.SetIoPriority(level, io.Priority);
        }
    }

    private static SchedulerFlags ParseFlag(string word) => word switch
    {
        "SCHED_FLAG_RESET_ON_FORK" => SchedulerFlags.ResetOnFork,
        "SCHED_FLAG_RECLAIM" => SchedulerFlags.Reclaim,
        "SCHED_FLAG_DL_OVERRUN" => SchedulerFlags.DeadlineOverrun,
        "SCHED_FLAG_KEEP_POLICY" => SchedulerFlags.KeepPolicy,
        "SCHED_FLAG_KEEP_PARAMS" => SchedulerFlags.KeepParameters,
        "SCHED_FLAG_UTIL_CLAMP_MIN" => SchedulerFlags.ClampMinimum,
        "SCHED_FLAG_UTIL_CLAMP_MAX" => SchedulerFlags.ClampMaximum,
        _ => throw CortenException.Invalid($"invalid scheduler flag: {word}"),
    };
}
