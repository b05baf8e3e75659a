using System.Globalization;
using System.Text;
using Corten.Linux.Namespaces;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Creation;

/// <summary>
/// time_namespaces(7): made by the process before it clones, since the offsets can be set only while nothing is in it. The maker itself stays on its own
/// clock; later children of the maker would be in the new one, so it has no further containers to make.
/// </summary>
internal static class TimeNamespaceForChildren
{
    public static void Make(ContainerPlan plan)
    {
        if (!plan.Namespaces.Makes(NamespaceKind.Time)) return;
        Namespace.Unshare(NamespaceKind.Time);
        var lines = new StringBuilder();
        foreach (var (clock, offset) in plan.Linux.TimeOffsets ?? new Dictionary<string, TimeOffset>())
        {
            if (clock is not ("monotonic" or "boottime")) throw CortenException.Invalid($"time offset clock \"{clock}\" is neither monotonic nor boottime");
            lines.Append(CultureInfo.InvariantCulture, $"{clock} {offset.Secs} {offset.Nanosecs}\n");
        }
        if (lines.Length > 0) plan.Proc.Write("self/timens_offsets", lines.ToString());
    }
}
