using Corten.Linux.Cgroups;
using Corten.Linux.Files;
using Corten.Linux.Namespaces;
using Corten.Linux.Security;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Supervision.Launcher;

namespace Corten.Runtime.Creation;

/// <summary>
/// A container to make: its configuration read and checked, its namespaces opened, its programs compiled. Everything that can fail without
/// having changed anything fails here; what is left for after the clone are system calls.
/// </summary>
internal sealed class ContainerPlan : IDisposable
{
    private ContainerPlan() { }

    public required string Id { get; init; }

    /// <summary>Absolute.</summary>
    public required string Bundle { get; init; }

    public required RuntimeSpec Spec { get; init; }

    /// <summary>Absolute.</summary>
    public required string RootPath { get; init; }

    public required NamespacePlan Namespaces { get; init; }

    public required ProcessPlan? Process { get; init; }

    public required Cgroup Cgroup { get; init; }

    public required ProcFs Proc { get; init; }

    /// <summary>User namespaces for the mounts with shifted owners; null when there are none.</summary>
    public MountMappings? MountMappings { get; init; }

    public NetDevicePlan? NetDevices { get; init; }

    /// <summary>To be mounted on <see cref="RootPath"/> first; null if it is ready.</summary>
    public OverlayRootfs? Overlay { get; init; }

    public bool NoPivot { get; init; }

    /// <summary>The maker is a monitor: when it is killed, init is too, so that no container runs that nobody watches.</summary>
    public bool DiesWithMaker { get; init; }

    public LinuxSpec Linux => Spec.Linux!;

    /// <summary>Hooks that run while init waits with its mounts in place.</summary>
    public bool HasMakerHooks => Spec.Hooks is { } hooks && (hooks.Prestart is { Count: > 0 } || hooks.CreateRuntime is { Count: > 0 });

    public static ContainerPlan Build(ContainerRequest request, CgroupMounts cgroups)
    {
        RuntimeSpec spec = request.Spec;
        SpecRules.Check(spec);
        string root = Path.GetFullPath(spec.Root!.Path, request.Bundle);
        if (!Directory.Exists(root)) throw CortenException.Invalid($"rootfs ({root}) does not exist");
        LinuxSpec linux = spec.Linux ?? new LinuxSpec();
        NamespacePlan namespaces = NamespacePlan.Build(linux.Namespaces);
        ProcFs? proc = null;
        MountMappings? mappings = null;
        try
        {
            SpecRules.Check(linux, spec, namespaces);
            SeccompFilter? filter = linux.Seccomp is { } seccomp ? SeccompCompiler.Compile(seccomp) : null;
            proc = ProcFs.Open();
            mappings = MountMappings.Build(spec, linux, namespaces, proc);
            return new ContainerPlan
            {
                Id = request.Id,
                Bundle = request.Bundle,
                Spec = spec.Linux is null ? spec with { Linux = linux } : spec,
                RootPath = root,
                Namespaces = namespaces,
                Process = spec.Process is null ? null : ProcessPlan.Build(spec.Process, filter, request.PreserveDescriptors, request.NewKeyring),
                Cgroup = new Cgroup(cgroups, string.IsNullOrEmpty(linux.CgroupsPath) ? "/" + request.Id : linux.CgroupsPath),
                Proc = proc,
                Overlay = request.Overlay,
                NoPivot = request.NoPivot,
                DiesWithMaker = request.DiesWithMaker,
                MountMappings = mappings,
                NetDevices = NetDevicePlan.Build(linux),
            };
        }
        catch
        {
            namespaces.Dispose();
            proc?.Dispose();
            mappings?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Namespaces.Dispose();
        Proc.Dispose();
        MountMappings?.Dispose();
    }
}

/// <summary>What a caller asks for: a bundle and how to treat it.</summary>
internal sealed record ContainerRequest
{
    public required string Id { get; init; }

    public required string Bundle { get; init; }

    public required RuntimeSpec Spec { get; init; }

    public OverlayRootfs? Overlay { get; init; }

    public bool NoPivot { get; init; }

    public bool DiesWithMaker { get; init; }

    public bool NewKeyring { get; init; } = true;

    public int PreserveDescriptors { get; init; }
}
