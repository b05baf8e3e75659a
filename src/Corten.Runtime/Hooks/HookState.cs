using System.Text.Json;
using Corten.Oci.Runtime;
using Corten.Runtime.Creation;

namespace Corten.Runtime.Hooks;

/// <summary>The container's state as hooks read it from their stdin (runtime.md, "State").</summary>
internal static class HookState
{
    public static string Json(ContainerPlan plan, string status, int pid) => Json(plan.Spec, plan.Id, plan.Bundle, status, pid);

    public static string Json(RuntimeSpec spec, string id, string bundle, string status, int pid) => JsonSerializer.Serialize(
        new ContainerState { Id = id, Status = status, Pid = pid, Bundle = bundle, Annotations = spec.Annotations },
        RuntimeJson.Plain.ContainerState);
}
