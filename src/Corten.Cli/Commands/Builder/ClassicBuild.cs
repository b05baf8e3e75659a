using System.Globalization;
using System.Text.Json;
using Corten.Cli.Commands.Containers;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Builder;

/// <summary>The build of engines without a build service, and of options that only it has: the context goes as one archive, and steps come back as a stream.</summary>
internal static class ClassicBuild
{
    public static int Run(Invocation call)
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
        foreach (var (option, key) in new[] { ("cpu-period", "cpuperiod"), ("cpu-quota", "cpuquota"), ("cpu-shares", "cpushares"), ("pids-limit", "pids") })
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
        query.AddIf("networkmode", call.Text("network")).AddIf("nocache", call.Flag("no-cache")).AddIf("platform", call.Has("platform") ? call.List("platform")[^1] : Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") ?? "").AddIf("pull", call.Flag("pull"))
            .AddIf("q", call.Flag("quiet")).AddIf("remote", context.Remote).Add("rm", call.Flag("rm") ? "1" : "0").AddIf("securityopt", ListOf(call, "security-opt"))
            .AddIf("squash", call.Flag("squash"));
        foreach (var tag in call.List("tag"))
        {
            query.Add("t", tag);
        }
        return query.AddIf("target", call.Text("target")).AddIf("ulimits", Ulimits(call)).Add("version", "1").Add("warnings", "1").ToString();
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

    private static string Ulimits(Invocation call) =>
        call.Has("ulimit") ? Json.Compact(writer => ResourcesWriter.WriteUlimits(writer, call.List("ulimit"))) : "";

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
