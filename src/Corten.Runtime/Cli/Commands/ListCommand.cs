using System.Globalization;
using System.Text.Json;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>list</c>.</summary>
internal static class ListCommand
{
    public static int Run(RuntimeContext context, OptionSet options)
    {
        List<ContainerState> containers = [.. context.Store.Ids().Select(context.Store.TryLoad).OfType<State.RuntimeState>().Select(state => StateCommand.Describe(context, state))];
        if (options.Flag("quiet"))
        {
            foreach (ContainerState container in containers) Output.Line(container.Id);
            return 0;
        }
        switch (options.Value("format") ?? "table")
        {
            case "json":
                Output.Line(JsonSerializer.Serialize(containers, RuntimeJson.Plain.ListContainerState));
                return 0;
            case "table":
                TextTable.Print([["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"], .. containers.Select(Row)]);
                return 0;
            default:
                throw CortenException.Invalid("invalid format option");
        }
    }

    private static string[] Row(ContainerState container) =>
    [
        container.Id, container.Pid.ToString(CultureInfo.InvariantCulture), container.Status, container.Bundle,
        container.Created?.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture) ?? "", container.Owner ?? "",
    ];
}
