using Corten.Linux;
using Corten.Runtime.Creation;

namespace Corten.Runtime.Init;

/// <summary>sysctl(8): written from inside the container's namespaces, through the procfs that was opened outside.</summary>
internal static class KernelParameters
{
    public static void Apply(ContainerPlan plan)
    {
        foreach (var (name, value) in plan.Linux.Sysctl ?? new Dictionary<string, string>())
        {
            try
            {
                plan.Proc.Write(SysctlRules.PathOf(name), value);
            }
            catch (LinuxException e)
            {
                throw new StepException("sysctl", e.Errno, $"write sysctl key {name}: {e.Message}", e);
            }
        }
    }
}
