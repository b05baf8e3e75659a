using Corten.Cli.Commands.Builder.Kit;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Builder;

/// <summary>Builds images and other results from a Dockerfile.</summary>
internal static class BuildCommand
{
    /// <summary>Limits of steps that only the classic build knows.</summary>
    private static readonly string[] ClassicOnly =
        ["memory", "memory-swap", "cpu-period", "cpu-quota", "cpu-shares", "cpuset-cpus", "cpuset-mems", "pids-limit", "security-opt", "squash", "compress", "isolation"];

    public static Command Define() => new("[OPTIONS] PATH | URL | -", "Build an image from a Dockerfile")
    {
        Min = 1,
        Max = 1,
        Options = [.. Common(), .. OfTheService(), .. OfTheClassicBuild()],
        Run = Run,
        Completes = Completion.Files,
        Paths = ["image build", "build", "builder build", "buildx build", "buildx b"],
    };

    /// <summary>Both ways of building have these.</summary>
    private static Option[] Common() =>
    [
        List("add-host", "Further line of /etc/hosts (host:ip)", OptionCheck.ExtraHost) with { TypeWord = "strings" },
        List("build-arg", "Variable of the build", OptionCheck.Environment) with { TypeWord = "stringArray" },
        List("cache-from", "Where to take results from (user/app:cache, type=local,src=path)") with { TypeWord = "stringArray" },
        Text("cgroup-parent", "Cgroup of the containers that steps run in"),
        Text("file", 'f', "Name of the Dockerfile (PATH/Dockerfile, unless it is given)"),
        Text("iidfile", "Write the image's ID to this file"),
        List("label", "Label of the image", OptionCheck.Label) with { TypeWord = "stringArray" },
        Text("network", "Network of RUN steps") with { Default = "default" },
        Flag("no-cache", "Do not take steps from the cache"),
        List("platform", "Platform to build for") with { TypeWord = "stringArray" },
        Flag("pull", "Look for a newer version of base images"),
        Flag("quiet", 'q', "Print nothing but the image's ID"),
        Bytes("shm-size", "Size of /dev/shm"),
        List("tag", 't', "Name of the image, as name:tag") with { TypeWord = "stringArray" },
        Text("target", "Stage to build"),
        List("ulimit", "Resource limit of steps (name=soft[:hard])", OptionCheck.Ulimit) with { TypeWord = "ulimit" },
    ];

    private static Option[] OfTheService() =>
    [
        List("allow", "Allow what is not ordinary (network.host, security.insecure)") with { TypeWord = "stringArray" },
        List("annotation", "Annotation of the image") with { TypeWord = "stringArray" },
        List("attest", "Attestation of the image (type=sbom, type=provenance,mode=max)") with { TypeWord = "stringArray" },
        List("build-context", "Further context (name=path, docker-image://, oci-layout://, a URL)") with { TypeWord = "stringArray" },
        Text("builder", "The builder; the engine is the only one"),
        List("cache-to", "Where to put results for others (type=registry,ref=user/app:cache,mode=max)") with { TypeWord = "stringArray" },
        Text("call", "What to do (build, check, outline, targets)") with { Default = "build" },
        Flag("check", "Look for mistakes in the Dockerfile and build nothing"),
        Flag("explain", "Say of every step why it was run or not"),
        Flag("load", "Put the image into the engine's store: -o type=docker"),
        Text("metadata-file", "Write what is known of the result to this file"),
        List("no-cache-filter", "Do not take steps of these stages from the cache") with { TypeWord = "stringArray" },
        List("output", 'o', "Where the result goes (type=local,dest=path)") with { TypeWord = "stringArray" },
        Text("progress", "How progress is shown (auto, none, plain, quiet, rawjson, tty)") with { Default = "auto" },
        Text("provenance", "Attest how it was built: --attest=type=provenance"),
        Flag("push", "Push the image: -o type=registry"),
        Text("sbom", "Attest what is in it: --attest=type=sbom"),
        List("secret", "Secret of steps (id=mysecret,src=/local/secret)") with { TypeWord = "stringArray" },
        List("ssh", "Agent or keys for steps (default, id=socket, id=keyfile,...)") with { TypeWord = "stringArray" },
    ];

    private static Option[] OfTheClassicBuild() =>
    [
        Flag("compress", "Compress the context with gzip") with { Hidden = true },
        Int("cpu-period", "Period of the processor limit, in microseconds"),
        Int("cpu-quota", "Processor time in each period, in microseconds"),
        Int("cpu-shares", 'c', "Processor time relative to other containers"),
        Text("cpuset-cpus", "Processors to run on (0-3, 0,1)"),
        Text("cpuset-mems", "Memory nodes to use (0-3, 0,1)"),
        Flag("disable-content-trust", "Skip image verification") with { Default = "true", Hidden = true },
        Flag("force-rm", "Remove containers of steps, of failed ones, too") with { Hidden = true },
        Text("isolation", "Isolation technology") with { Hidden = true },
        Bytes("memory", 'm', "Limit of memory"),
        Text("memory-swap", "Limit of memory and swap together; -1 for unlimited swap") with { TypeWord = "bytes" },
        Flag("rm", "Remove containers of steps that succeeded") with { Default = "true", Hidden = true },
        Int("pids-limit", "Limit of processes and threads of a step"),
        Csv("security-opt", "Security option") with { Hidden = true },
        Flag("squash", "Make one layer of those that are new") with { Hidden = true },
    ];

    private static int Run(Invocation call)
    {
        if ((call.Has("builder") ? call.Text("builder") : Environment.GetEnvironmentVariable("BUILDX_BUILDER")) is { Length: > 0 } builder
            && builder != ContextStore.Default && builder != call.Session.Endpoint.Context)
        {
            throw new CommandException($"ERROR: no builder \"{builder}\" found");
        }
        if (Environment.GetEnvironmentVariable("DOCKER_BUILDKIT") is not ("0" or "false") && !Array.Exists(ClassicOnly, call.Has))
        {
            return KitBuild.Run(call);
        }
        if (Array.Find(OfTheService(), option => call.Has(option.Name) && !option.Hidden) is { } option)
        {
            throw new CommandException($"--{option.Name} can't be used in a classic build, which "
                + (Array.Find(ClassicOnly, call.Has) is { } other ? $"--{other} asks for" : "DOCKER_BUILDKIT=0 asks for"));
        }
        return ClassicBuild.Run(call);
    }
}
