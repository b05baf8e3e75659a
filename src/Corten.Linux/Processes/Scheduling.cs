using Corten.Linux.Interop;
using Native = Corten.Linux.Interop.ProcessAttributes;

namespace Corten.Linux.Processes;

/// <summary>sched(7).</summary>
public enum SchedulerPolicy : uint
{
    Other = 0,
    Fifo = 1,
    Rr = 2,
    Batch = 3,
    Iso = 4,
    Idle = 5,
    Deadline = 6,
}

/// <summary>sched_setattr(2), sched_flags.</summary>
[Flags]
public enum SchedulerFlags : ulong
{
    None = 0,
    ResetOnFork = 1,
    Reclaim = 2,
    DeadlineOverrun = 4,
    KeepPolicy = 8,
    KeepParameters = 16,
    ClampMinimum = 32,
    ClampMaximum = 64,
}

/// <summary>sched_setattr(2), sched_setaffinity(2), ioprio_set(2) on the calling thread.</summary>
public static unsafe class Scheduling
{
    public static void Set(SchedulerPolicy policy, SchedulerFlags flags, int nice, uint priority, ulong runtime, ulong deadline, ulong period)
    {
        Native.SchedulerAttributes attributes = new()
        {
            Size = (uint)sizeof(Native.SchedulerAttributes),
            Policy = (uint)policy,
            Flags = (ulong)flags,
            Nice = nice,
            Priority = priority,
            Runtime = runtime,
            Deadline = deadline,
            Period = period,
        };
        if (Native.sched_setattr(ArchitectureNumbers.NR_sched_setattr, 0, &attributes, 0) < 0) LinuxException.ThrowLast("sched_setattr", policy.ToString().ToUpperInvariant());
    }

    /// <summary>ioprio_set(2): class 1 real-time, 2 best effort, 3 idle; level 0 to 7.</summary>
    public static void SetIoPriority(int priorityClass, int level)
    {
        const int whoProcess = 1, classShift = 13;
        if (Native.ioprio_set(ArchitectureNumbers.NR_ioprio_set, whoProcess, 0, (priorityClass << classShift) | level) < 0) LinuxException.ThrowLast("ioprio_set");
    }

    /// <summary>The processors that the calling thread may run on: a list as <c>0-3,6</c>.</summary>
    public static void SetAffinity(string processors)
    {
        ulong[] mask = ParseList(processors);
        fixed (ulong* bits = mask)
        {
            if (Native.sched_setaffinity(ArchitectureNumbers.NR_sched_setaffinity, 0, mask.Length * sizeof(ulong), bits) < 0) LinuxException.ThrowLast("sched_setaffinity", processors);
        }
    }

    /// <summary>A list of numbers and ranges (cpuset(7), "List format") as bits.</summary>
    public static ulong[] ParseList(string list)
    {
        const int most = 4096;
        ulong[] mask = new ulong[1];
        foreach (string part in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], out int first) || !int.TryParse(ends[^1], out int last) || first < 0 || last < first || last >= most)
            {
                throw Oci.Errors.CortenException.Invalid($"invalid list \"{list}\"");
            }
            if (last / 64 >= mask.Length) Array.Resize(ref mask, (last / 64) + 1);
            for (int number = first; number <= last; number++) mask[number / 64] |= 1UL << (number % 64);
        }
        return mask;
    }
}
