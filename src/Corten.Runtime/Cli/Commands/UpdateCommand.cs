using System.Text.Json;
using Corten.Linux;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>update</c>: new limits, from a file, from stdin (<c>-</c>) or from options.</summary>
internal static class UpdateCommand
{
    private const int InputLimit = 1 << 20;

    public static readonly IReadOnlyList<Option> Options =
    [
        new("resources", 'r'), new("blkio-weight"), new("cpu-period"), new("cpu-quota"), new("cpu-burst"), new("cpu-share"), new("cpu-rt-period"), new("cpu-rt-runtime"),
        new("cpuset-cpus"), new("cpuset-mems"), new("cpu-idle"), new("kernel-memory"), new("kernel-memory-tcp"), new("memory"), new("memory-reservation"), new("memory-swap"),
        new("pids-limit"), new("l3-cache-schema"), new("mem-bw-schema"),
    ];

    public static int Run(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        if (context.StatusOf(state) == "stopped") throw CortenException.Conflict("container not running");
        if (options.Has("l3-cache-schema") || options.Has("mem-bw-schema"))
        {
            RdtGroup.Update(context, state, options.Value("l3-cache-schema"), options.Value("mem-bw-schema"));
        }
        context.GroupOf(state).Apply(options.Value("resources") is { } file ? Read(file) : FromOptions(options));
        return 0;
    }

    private static ResourcesSpec Read(string file)
    {
        byte[] json = file == "-" ? Descriptor.ReadAll(0, InputLimit) : File.ReadAllBytes(file);
        try
        {
            return RuntimeSpecReader.ReadResources(json) ?? new ResourcesSpec();
        }
        catch (JsonException e)
        {
            throw CortenException.Invalid($"resources: {e.Message}", e);
        }
    }

    private static ResourcesSpec FromOptions(OptionSet options) => new()
    {
        Memory = new MemoryResources { Limit = options.Number("memory"), Reservation = options.Number("memory-reservation"), Swap = options.Number("memory-swap") },
        Cpu = new CpuResources
        {
            Shares = (ulong?)options.Number("cpu-share"),
            Quota = options.Number("cpu-quota"),
            Period = (ulong?)options.Number("cpu-period"),
            Burst = (ulong?)options.Number("cpu-burst"),
            RealtimePeriod = (ulong?)options.Number("cpu-rt-period"),
            RealtimeRuntime = options.Number("cpu-rt-runtime"),
            Cpus = options.Value("cpuset-cpus"),
            Mems = options.Value("cpuset-mems"),
            Idle = options.Number("cpu-idle"),
        },
        BlockIo = options.Number("blkio-weight") is { } weight ? new BlockIoResources { Weight = (ushort)weight } : null,
        Pids = options.Number("pids-limit") is { } pids ? new PidsResources { Limit = pids } : null,
    };
}
