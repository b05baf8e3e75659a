using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Runtime.Init;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary>New schemata for a container's resctrl group.</summary>
internal static class RdtGroup
{
    public static void Update(RuntimeContext context, RuntimeState state, string? cache, string? bandwidth)
    {
        IntelRdtSpec spec = BundleFile.Parse(BundleFile.ReadBytes(state.ConfigPath)).Linux?.IntelRdt
            ?? throw CortenException.Invalid($"container {context.Store.Load(state.Id).Id} has no Intel RDT group");
        ResourceControlGroup.Write(spec.ClosId ?? state.Id, new IntelRdtSpec { L3CacheSchema = cache, MemBwSchema = bandwidth });
    }
}
