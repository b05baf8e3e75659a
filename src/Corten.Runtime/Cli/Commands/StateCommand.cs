using System.Text.Json;
using Corten.Oci.Runtime;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>state</c>: runtime.md, "State", as JSON.</summary>
internal static class StateCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        Output.Line(JsonSerializer.Serialize(Describe(context, context.Store.Load(options.RequireId())), CliJson.Spec.ContainerState));
        return 0;
    }

    public static ContainerState Describe(RuntimeContext context, RuntimeState state)
    {
        string status = context.StatusOf(state);
        return new ContainerState
        {
            OciVersion = RuntimeCli.SpecVersion,
            Id = state.Id,
            Status = status,
            Pid = status == "stopped" ? 0 : state.Pid,
            Bundle = state.Bundle,
            Rootfs = state.RootPath,
            Created = state.Created,
            Owner = state.Owner,
            Annotations = BundleFile.Parse(BundleFile.ReadBytes(state.ConfigPath)).Annotations,
        };
    }
}
