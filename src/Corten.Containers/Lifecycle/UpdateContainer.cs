using Corten.Containers.Spec;
using Corten.Containers.Validation;
using Corten.EngineApi.Containers;
using Corten.Linux;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Changes a container's limits and restart policy, while it runs too.</summary>
public sealed class UpdateContainer
{
    private readonly ContainerCore _core;

    internal UpdateContainer(ContainerCore core) => _core = core;

    public Task<UpdateResponse> RunAsync(string idOrName, UpdateRequest request, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        ResourceRules.Check(request, warnings, update: true);
        if (request.RestartPolicy is { Name.Length: > 0 } policy)
        {
            HostRules.CheckRestartPolicy(policy);
        }

        var container = _core.Registry.Find(idOrName);
        return ContainerCore.InTurnAsync(container, () =>
        {
            if (container.Status.Phase is Model.Phase.Removing or Model.Phase.Dead)
            {
                throw CortenException.Internal($"Cannot update container {container.Id}: Container is marked for removal and cannot be \"update\".");
            }

            var record = container.Record;
            var host = Merge(record.Host, request, container.Id);
            if (container.Status.IsRunning)
            {
                Apply(container, request);
            }

            record = record with { Host = host };
            _core.Table.SetRecord(record);
            container.Record = record;
            _core.Events.Publish(container, "update");
            return Task.FromResult(new UpdateResponse { Warnings = warnings.Count > 0 ? warnings : null });
        }, cancellationToken);
    }

    private void Apply(Model.Container container, UpdateRequest request)
    {
        try
        {
            _core.Cgroup(container).Apply(ResourcePlan.Of(request, devices: null));
        }
        catch (LinuxException e)
        {
            throw CortenException.Internal($"Cannot update container {container.Id}: {e.Message}", e);
        }
    }

    /// <summary>What the request leaves at zero stays as it is.</summary>
    private static HostConfig Merge(HostConfig host, UpdateRequest request, string id)
    {
        if (request.Memory != 0 && request.MemorySwap == 0 && host.MemorySwap > 0 && request.Memory > host.MemorySwap)
        {
            throw CortenException.Internal(
                $"Cannot update container {id}: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        }

        if (request.NanoCpus > 0 && (host.CpuPeriod > 0 || host.CpuQuota > 0))
        {
            throw CortenException.Internal($"Cannot update container {id}: Conflicting options: Nano CPUs cannot be updated as CPU {(host.CpuPeriod > 0 ? "Period" : "Quota")} has already been set");
        }

        if (host.NanoCpus > 0 && (request.CpuPeriod > 0 || request.CpuQuota > 0))
        {
            throw CortenException.Internal($"Cannot update container {id}: Conflicting options: CPU {(request.CpuPeriod > 0 ? "Period" : "Quota")} cannot be updated as NanoCPUs has already been set");
        }

        var policy = request.RestartPolicy is { Name.Length: > 0 } asked ? asked : host.RestartPolicy;
        if (host.AutoRemove && policy.Name is not ("" or "no"))
        {
            throw CortenException.Invalid("Restart policy cannot be updated because AutoRemove is enabled for the container");
        }

        return host with
        {
            RestartPolicy = policy,
            BlkioWeight = request.BlkioWeight != 0 ? request.BlkioWeight : host.BlkioWeight,
            CpuShares = Or(request.CpuShares, host.CpuShares),
            CpuPeriod = Or(request.CpuPeriod, host.CpuPeriod),
            CpuQuota = Or(request.CpuQuota, host.CpuQuota),
            NanoCpus = Or(request.NanoCpus, host.NanoCpus),
            CpuRealtimePeriod = Or(request.CpuRealtimePeriod, host.CpuRealtimePeriod),
            CpuRealtimeRuntime = Or(request.CpuRealtimeRuntime, host.CpuRealtimeRuntime),
            CpusetCpus = request.CpusetCpus.Length > 0 ? request.CpusetCpus : host.CpusetCpus,
            CpusetMems = request.CpusetMems.Length > 0 ? request.CpusetMems : host.CpusetMems,
            Memory = Or(request.Memory, host.Memory),
            MemorySwap = Or(request.MemorySwap, host.MemorySwap),
            MemoryReservation = Or(request.MemoryReservation, host.MemoryReservation),
            PidsLimit = request.PidsLimit ?? host.PidsLimit,
        };
    }

    private static long Or(long asked, long present) => asked != 0 ? asked : present;
}
