using System.Diagnostics.CodeAnalysis;

namespace Corten.Linux.Processes;

/// <summary>
/// A start of .NET asks the machine for what a program that is over in milliseconds does not need: its cgroup's limits of memory and processors (from the mount
/// table, which has a line and more for each container, read twice) and the sizes of the caches (from ten files). The programs that import <c>QuickStart.targets</c> get
/// these answers instead; the linker puts them in the place of the runtime's own functions. They are called before .NET is there: they may do nothing but return.
/// </summary>
public static class QuickStart
{
    /// <summary>For <c>InitializeCGroup</c> and <c>InitializeCpuCGroup</c>: no limits are known then.</summary>
    public static void NoLimits()
    {
    }

    /// <summary>For <c>GCToOSInterface::GetCacheSizePerLogicalCpu</c>: how much may be allocated before the first collection follows from it.</summary>
    /// <returns>Bytes.</returns>
    public static nint CacheSize(byte trueSize) => 32 << 20;

    /// <summary>Keeps the others from being trimmed away; to be called from a program's start.</summary>
    [DynamicDependency(nameof(NoLimits))]
    [DynamicDependency(nameof(CacheSize))]
    public static void Keep()
    {
    }
}
