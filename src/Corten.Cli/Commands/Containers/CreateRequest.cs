using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>
/// The body of POST /containers/create, made of the options of run and create: member for member, in the order and with the nulls that
/// Docker's client sends.
/// </summary>
internal sealed class CreateRequest
{
    private const int Failed = 125;

    private readonly Invocation call;
    private readonly PortArguments ports;
    private readonly List<NetworkArgument> networks;
    private readonly HostConfigWriter host;
    private readonly bool detached;

    public CreateRequest(Invocation call, bool detached)
    {
        this.call = call;
        this.detached = detached;
        CheckConflicts();
        ports = PortArguments.Of(call);
        networks = NetworkArgument.All(call);
        Socket = ApiSocket.Of(call);
        host = new HostConfigWriter(call, ports, networks[0].Target, Socket);
        AttachStdin = !detached && (call.Flag("interactive") || Attaches("stdin"));
        AttachStdout = !detached && (!call.Has("attach") || Attaches("stdout"));
        AttachStderr = !detached && (!call.Has("attach") || Attaches("stderr"));
    }

    public string Image => call.Args[0];

    public bool AttachStdin { get; }

    public bool AttachStdout { get; }

    public bool AttachStderr { get; }

    /// <summary>What <c>--use-api-socket</c> gives the container.</summary>
    public ApiSocket? Socket { get; }

    public bool Tty => call.Flag("tty");

    public byte[] ToBytes((int Rows, int Columns)? console) => Json.Bytes(writer => Write(writer, console));

    private bool Attaches(string stream) => call.List("attach").Any(given => given.Equals(stream, StringComparison.OrdinalIgnoreCase));

    private void CheckConflicts()
    {
        if (call.Flag("rm") && call.Text("restart") is not ("no" or ""))
        {
            throw new CommandException("conflicting options: cannot specify both --restart and --rm", Failed);
        }
        CheckMode("pid", "PID");
        CheckMode("uts", "UTS");
        CheckMode("userns", "USER");
        var cgroup = call.Text("cgroupns");
        if (cgroup is not ("" or "host" or "private"))
        {
            throw new CommandException("--cgroupns: invalid CGROUP mode", Failed);
        }
        if (call.Has("memory-swappiness") && call.Int("memory-swappiness") is var swappiness && swappiness != -1 && swappiness is < 0 or > 100)
        {
            throw new CommandException($"invalid value: {call.Int("memory-swappiness")}. Valid memory swappiness range is 0-100", Failed);
        }
    }

    private void CheckMode(string option, string name)
    {
        var mode = call.Text(option);
        var good = mode is "" or "host" || (option == "pid" && mode.StartsWith("container:", StringComparison.Ordinal) && mode.Length > 10);
        if (!good)
        {
            throw new CommandException($"--{option}: invalid {name} mode", Failed);
        }
    }

    private void Write(Utf8JsonWriter writer, (int Rows, int Columns)? console)
    {
        writer.WriteStartObject();
        WriteConfig(writer);
        writer.WritePropertyName("HostConfig");
        host.Write(writer, console);
        WriteNetworks(writer);
        writer.WriteEndObject();
    }

    private void WriteConfig(Utf8JsonWriter writer)
    {
        var interactive = call.Flag("interactive");
        writer.WriteString("Hostname", call.Text("hostname"));
        writer.WriteString("Domainname", call.Text("domainname"));
        writer.WriteString("User", call.Text("user"));
        writer.WriteBoolean("AttachStdin", AttachStdin);
        writer.WriteBoolean("AttachStdout", AttachStdout);
        writer.WriteBoolean("AttachStderr", AttachStderr);
        if (ports.Exposed.Count > 0)
        {
            ConfigWriter.WriteSet(writer, "ExposedPorts", ports.Exposed);
        }
        writer.WriteBoolean("Tty", Tty);
        writer.WriteBoolean("OpenStdin", interactive);
        writer.WriteBoolean("StdinOnce", interactive && AttachStdin && !detached);
        ConfigWriter.WriteListOrNull(writer, "Env", EnvironmentOf());
        ConfigWriter.WriteListOrNull(writer, "Cmd", [.. call.Args.Skip(1)]);
        HealthWriter.Write(writer, call);
        writer.WriteString("Image", call.Args[0]);
        ConfigWriter.WriteSet(writer, "Volumes", host.AnonymousVolumes);
        writer.WriteString("WorkingDir", call.Text("workdir"));
        if (call.Has("entrypoint"))
        {
            ConfigWriter.WriteList(writer, "Entrypoint", [call.Text("entrypoint")]);
        }
        else
        {
            writer.WriteNull("Entrypoint");
        }
        writer.WriteNull("OnBuild");
        ConfigWriter.WriteMap(writer, "Labels", Labels());
        if (call.Has("stop-signal"))
        {
            writer.WriteString("StopSignal", call.Text("stop-signal"));
        }
        if (call.Has("stop-timeout"))
        {
            writer.WriteNumber("StopTimeout", call.Int("stop-timeout"));
        }
    }

    /// <summary>Proxies of the configuration first, then files, then options; a name alone takes its value from here, if it has one.</summary>
    private List<string> EnvironmentOf()
    {
        var variables = new List<string>();
        foreach (var file in call.List("env-file"))
        {
            variables.AddRange(KeyValueFiles.Read(file, Environment.GetEnvironmentVariable));
        }
        foreach (var word in call.List("env"))
        {
            variables.Add(word.Contains('=') || Environment.GetEnvironmentVariable(word) is not { } value ? word : $"{word}={value}");
        }
        variables.AddRange(Socket?.Variables ?? []);
        var given = variables.Select(static word => word.Split('=', 2)[0]).ToHashSet();
        foreach (var (name, value) in call.Config.Proxies(call.Session.Endpoint.Address.Text))
        {
            if (!given.Contains(name))
            {
                variables.Add($"{name}={value}");
            }
        }
        return variables;
    }

    private SortedDictionary<string, string> Labels()
        => ConfigWriter.Map(call.List("label-file").SelectMany(static file => KeyValueFiles.Read(file, lookup: null)).Concat(call.List("label")));

    private void WriteNetworks(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("NetworkingConfig");
        writer.WriteStartObject("EndpointsConfig");
        foreach (var network in networks.Where(network => networks.Count > 1 || network.HasSettings).OrderBy(static network => network.Target, StringComparer.Ordinal))
        {
            writer.WritePropertyName(network.Target);
            network.WriteTo(writer);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
