using System.Globalization;
using System.Text;
using System.Text.Json;
using Corten.Cli.Commands.Containers;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Builder;

/// <summary>Builds an image: the context goes to the engine as an archive, and its steps come back as a stream.</summary>
internal static class BuildCommand
{
    public static Command Define() => new("[OPTIONS] PATH | URL | -", "Build an image from a Dockerfile")
    {
        Min = 1,
        Max = 1,
        Options =
        [
            List("add-host", "Further line of /etc/hosts (host:ip)", OptionCheck.ExtraHost),
            List("build-arg", "Variable of the build", OptionCheck.Environment),
            Csv("cache-from", "Images to take cached steps from"),
            Text("cgroup-parent", "Cgroup of the containers that steps run in"),
            Flag("compress", "Compress the context with gzip"),
            Int("cpu-period", "Period of the processor limit, in microseconds"),
            Int("cpu-quota", "Processor time in each period, in microseconds"),
            Int("cpu-shares", 'c', "Processor time relative to other containers"),
            Text("cpuset-cpus", "Processors to run on (0-3, 0,1)"),
            Text("cpuset-mems", "Memory nodes to use (0-3, 0,1)"),
            Flag("disable-content-trust", "Skip image verification") with { Default = "true", Hidden = true },
            Text("file", 'f', "Name of the Dockerfile (default PATH/Dockerfile)"),
            Flag("force-rm", "Remove containers of steps, of failed ones, too"),
            Text("iidfile", "Write the image's ID to this file"),
            Text("isolation", "Isolation technology") with { Hidden = true },
            List("label", "Label of the image", OptionCheck.Label),
            Bytes("memory", 'm', "Limit of memory"),
            Text("memory-swap", "Limit of memory and swap together; -1 for unlimited swap") with { TypeWord = "bytes" },
            Text("network", "Network of RUN steps") with { Default = "default" },
            Flag("no-cache", "Do not take steps from the cache"),
            Text("platform", "Platform to build for"),
            Flag("pull", "Look for a newer version of base images"),
            Flag("quiet", 'q', "Print nothing but the image's ID"),
            Flag("rm", "Remove containers of steps that succeeded") with { Default = "true" },
            Csv("security-opt", "Security option"),
            Bytes("shm-size", "Size of /dev/shm"),
            Flag("squash", "Make one layer of those that are new") with { Hidden = true },
            List("tag", 't', "Name of the image, as name:tag"),
            Text("target", "Stage to build"),
            List("ulimit", "Resource limit of steps (name=soft[:hard])", OptionCheck.Ulimit) with { TypeWord = "ulimit" },
        ],
        Run = Run,
        Completes = Completion.Files,
        Paths = ["image build", "build", "builder build"],
    };

    private static int Run(Invocation call)
    {
        using var context = BuildContext.Of(call);
        var request = new EngineRequest("POST", QueryOf(call, context))
        {
            ContentType = "application/x-tar",
            Headers = [KeyValuePair.Create("X-Registry-Config", Credential.Encode(writer => WriteCredentials(writer, call)))],
            WriteBody = context.Write,
        };
        using var response = call.Engine.Send(request);
        var quiet = call.Flag("quiet");
        var output = quiet ? new StringWriter { NewLine = "\n" } : call.Out;
        var id = "";
        try
        {
            new ProgressPrinter(output, !quiet && call.Session.OutIsTerminal, call.Session.Width).Run(response.Body, aux => id = aux.Text("ID") is { Length: > 0 } given ? given : id);
        }
        catch (CommandException) when (quiet)
        {
            call.Err.Write(output.ToString());
            throw;
        }
        if (quiet)
        {
            id = output.ToString()!.Trim() is { Length: > 0 } printed ? printed : id;
            call.Out.Write(id + "\n");
        }
        if (call.Has("iidfile"))
        {
            File.WriteAllText(call.Text("iidfile"), id);
        }
        return 0;
    }

    private static string QueryOf(Invocation call, BuildContext context)
    {
        var query = new Query("/build").AddIf("buildargs", MapOf(call, "build-arg")).AddIf("cachefrom", ListOf(call, "cache-from")).AddIf("cgroupparent", call.Text("cgroup-parent"));
        foreach (var (option, key) in new[] { ("cpu-period", "cpuperiod"), ("cpu-quota", "cpuquota"), ("cpu-shares", "cpushares") })
        {
            query.AddIf(key, call.Int(option) != 0 ? call.Int(option).ToString(CultureInfo.InvariantCulture) : "");
        }
        query.AddIf("cpusetcpus", call.Text("cpuset-cpus")).AddIf("cpusetmems", call.Text("cpuset-mems")).AddIf("dockerfile", context.Dockerfile);
        foreach (var host in call.List("add-host"))
        {
            var (name, address) = OptionCheck.SplitHost(host)!.Value;
            query.Add("extrahosts", $"{name}:{address}");
        }
        query.AddIf("forcerm", call.Flag("force-rm")).AddIf("labels", call.Has("label") ? MapOf(call, "label") : "");
        foreach (var (option, key) in new[] { ("memory", "memory"), ("memory-swap", "memswap"), ("shm-size", "shmsize") })
        {
            query.AddIf(key, call.Parsed.Bytes(option) != 0 ? call.Parsed.Bytes(option).ToString(CultureInfo.InvariantCulture) : "");
        }
        query.AddIf("networkmode", call.Text("network")).AddIf("nocache", call.Flag("no-cache")).AddIf("platform", Images.PlatformOption.Text(call)).AddIf("pull", call.Flag("pull"))
            .AddIf("q", call.Flag("quiet")).AddIf("remote", context.Remote).Add("rm", call.Flag("rm") ? "1" : "0").AddIf("securityopt", ListOf(call, "security-opt"))
            .AddIf("squash", call.Flag("squash"));
        foreach (var tag in call.List("tag"))
        {
            query.Add("t", tag);
        }
        return query.AddIf("target", call.Text("target")).AddIf("ulimits", Ulimits(call)).Add("version", "1").ToString();
    }

    /// <summary>A JSON object; a name alone takes its value from here, and is null, so that the Dockerfile's default holds, where there is none.</summary>
    private static string MapOf(Invocation call, string option) => !call.Has(option) ? "" : Json.Compact(writer =>
    {
        writer.WriteStartObject();
        foreach (var word in call.List(option).GroupBy(static word => word.Split('=', 2)[0]).Select(static group => group.Last()))
        {
            var pair = word.Split('=', 2);
            var value = pair.Length > 1 ? pair[1] : option == "build-arg" ? Environment.GetEnvironmentVariable(pair[0]) : "";
            writer.WriteString(pair[0], value);
        }
        writer.WriteEndObject();
    });

    private static string ListOf(Invocation call, string option) => !call.Has(option) ? "" : Json.Compact(writer =>
    {
        writer.WriteStartArray();
        foreach (var item in call.List(option))
        {
            writer.WriteStringValue(item);
        }
        writer.WriteEndArray();
    });

    private static string Ulimits(Invocation call) => !call.Has("ulimit") ? "" : Json.Compact(writer =>
    {
        writer.WriteStartArray();
        foreach (var word in call.List("ulimit"))
        {
            OptionCheck.ParseUlimit(word, out var name, out var soft, out var hard);
            writer.WriteStartObject();
            writer.WriteString("Name", name);
            writer.WriteNumber("Hard", hard);
            writer.WriteNumber("Soft", soft);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static void WriteCredentials(Utf8JsonWriter writer, Invocation call)
    {
        writer.WriteStartObject();
        foreach (var credential in new CredentialStore(call.Config).All())
        {
            writer.WritePropertyName(credential.Registry);
            credential.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
