using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Containers;
using Corten.Containers.Creation;
using Corten.Containers.Launching;
using Corten.Containers.Spec;
using Corten.Containers.Validation;
using Corten.EngineApi.Containers;
using Corten.EngineApi.Streams;
using Corten.Linux.Events;
using Corten.Linux.Processes;
using Corten.Linux.Sockets;
using Corten.Networks.Sandboxes;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Supervision;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>
/// RUN: a container with the defaults of any other, whose writes become the step's layer. Its files under the exec root are gone when it ends,
/// however it ends.
/// </summary>
public sealed class RunExecutor(ContainerSettings settings, ISandboxes sandboxes, Launcher launcher, EventLoop events, Func<string, NetworkDonor> donors, CacheMounts caches, TreeViews views, BuildRoot root)
{
    private const int OutputBuffer = 32 * 1024;
    private const string OfContainer = "container:";

    /// <summary>At the daemon's start, before the cache is swept: what a killed daemon left running writes into it no more.</summary>
    public static void EndLeftovers(ContainerSettings settings) => LeftoverSteps.End(FolderOf(settings));

    private static string FolderOf(ContainerSettings settings) => Path.Combine(settings.ExecRoot, "build");

    public async Task RunAsync(RunStep step, IReadOnlyDictionary<Step, Tree> inputs, StepFolders layer, IBuildSecrets secrets, OutputSink output, CancellationToken cancellation)
    {
        Emulation.Require(step.Platform);
        var host = HostOf(step);
        HostRules.Check(host, settings, []);
        NetworkRules.CheckExtraHosts(host);
        var id = BuildRoot.NewUid() + BuildRoot.NewUid();
        await using var stage = new RunStage(id, Path.Combine(FolderOf(settings), id), root.NewTemporary(), views, caches, root);
        await stage.PrepareAsync(step, inputs, secrets, cancellation);
        var donor = step.Network.StartsWith(OfContainer, StringComparison.Ordinal) ? donors(step.Network[OfContainer.Length..]) : null;
        var sandbox = await NetworkAsync(step, donor, id, stage, cancellation);
        try
        {
            var overlay = stage.Overlay(inputs[step.Parent], layer);
            File.WriteAllBytes(Path.Combine(stage.Folder, "config.json"),
                JsonSerializer.SerializeToUtf8Bytes(SpecOf(step, host, id, stage, donor, sandbox, overlay), RuntimeJson.Default.RuntimeSpec));
            var exit = await StartAsync(step, new StartContainer
            {
                Id = id, Bundle = stage.Folder, RuntimeRoot = Path.Combine(settings.ExecRoot, "runtime"), MonitorDirectory = stage.Folder, Rootfs = overlay,
                Log = new LogTarget { Driver = "none" }, Attachments = [new AttachStreams(Stdin: false, Stdout: true, Stderr: true)],
            }, output, cancellation);
            if (exit.Code != 0)
            {
                throw new RunFailedException(Command(step), exit.Code, exit.OomKilled);
            }
        }
        finally
        {
            await sandboxes.ReleaseAsync(id, CancellationToken.None);
        }
    }

    private async Task<Sandbox> NetworkAsync(RunStep step, NetworkDonor? donor, string id, RunStage stage, CancellationToken cancellation) =>
        await sandboxes.CreateSandboxAsync(new SandboxRequest
        {
            ContainerId = id, ContainerName = id[..12], Hostname = step.Hostname, NetworkMode = donor is null ? step.Network : OfContainer + donor.Id, ExtraHosts = step.ExtraHosts,
            HostsPath = stage.HostsFile, ResolvConfPath = stage.ResolvConfFile,
        }, cancellation);

    private HostConfig HostOf(RunStep step)
    {
        var limits = step.Limits;
        var host = new HostConfig
        {
            NetworkMode = step.Network, Privileged = step.Insecure, Memory = limits.Memory, MemorySwap = limits.MemorySwap, CpuShares = limits.CpuShares,
            CpuPeriod = limits.CpuPeriod, CpuQuota = limits.CpuQuota, CpusetCpus = limits.CpusetCpus, CpusetMems = limits.CpusetMems,
            PidsLimit = limits.Pids == 0 ? null : limits.Pids, ShmSize = limits.ShmSize, CgroupParent = limits.CgroupParent, ExtraHosts = step.ExtraHosts,
            Ulimits = [.. limits.Ulimits.Select(u => new Ulimit { Name = u.Name, Soft = u.Soft, Hard = u.Hard })],
        };
        HostDefaults.Apply(host, settings);
        return host;
    }

    private RuntimeSpec SpecOf(RunStep step, HostConfig host, string id, RunStage stage, NetworkDonor? donor, Sandbox sandbox, OverlayRootfs overlay)
    {
        using var names = views.Read(new Tree("", [.. overlay.Lower.Reverse().Select(d => new TreeLayer(d, default, 0, null))]));
        return SpecBuilder.Build(new SpecRequest
        {
            Id = id, Host = host, Settings = settings, Hostname = donor?.Hostname ?? step.Hostname, RootPath = Path.Combine(stage.Folder, "rootfs"),
            Config = new ContainerConfig
            {
                Hostname = donor?.Hostname ?? step.Hostname, Cmd = step.Arguments, WorkingDir = step.Directory, User = step.User,
                // A step knows its name only from the file, so that no layer depends on it.
                Env = ["HOSTNAME", .. step.ProxyEnvironment, .. step.Environment, .. stage.SecretEnvironment],
            },
            Security = SecurityOptions.Parse(null, settings), Identity = IdentityOf(step, names.Root),
            Mounts = stage.Mounts, HostnameFile = donor?.HostnameFile ?? stage.HostnameFile,
            HostsFile = donor?.HostsFile ?? stage.HostsFile, ResolvConfFile = donor?.ResolvConfFile ?? stage.ResolvConfFile,
            NetworkNamespace = sandbox.NamespacePath,
        });
    }

    private static string Command(RunStep step) => string.Join(' ', step.Arguments);

    private static Identity IdentityOf(RunStep step, SafeFileHandle root)
    {
        try
        {
            return Owners.AccountsIn(root).Resolve(step.User, null);
        }
        catch (CortenException e)
        {
            throw new RunNotStartedException(Command(step), e.Message, e);
        }
    }

    private async Task<Exited> StartAsync(RunStep step, StartContainer request, OutputSink output, CancellationToken cancellation)
    {
        var (control, theirs) = SeqpacketSocket.CreatePair();
        using (control)
        {
            using var streams = StreamPair.Create();
            launcher.Send(request, theirs.Handle, streams.Theirs);
            theirs.Dispose();
            streams.Theirs.Dispose();
            var reading = ReadOutputAsync(streams.Ours, output);
            var exit = await WaitAsync(step, control, cancellation);
            await reading;
            cancellation.ThrowIfCancellationRequested();
            return exit;
        }
    }

    /// <summary>Waits for the end; when the build is given up, kills the container's init, which takes everything in it along.</summary>
    private async Task<Exited> WaitAsync(RunStep step, SeqpacketSocket control, CancellationToken cancellation)
    {
        SafeFileHandle? init = null;
        using var kill = cancellation.Register(() => Kill(Volatile.Read(ref init)));
        while (true)
        {
            await events.WhenReadableAsync(control.Handle, CancellationToken.None);
            var (message, ended) = control.Receive(SupervisionJson.Default.MonitorMessage, wait: false);
            switch (message)
            {
                case Started started:
                    Volatile.Write(ref init, Pidfd.Open(started.Pid, started.StartTime));
                    if (cancellation.IsCancellationRequested)
                    {
                        Kill(init);
                    }

                    break;
                case StartFailed failed:
                    throw new RunNotStartedException(Command(step), failed.Error.Message, CortenException.Internal($"failed to create task for container: {failed.Error.Message}"));
                case Exited exited:
                    init?.Dispose();
                    return exited;
                case null when ended:
                    throw CortenException.Internal("the step's monitor ended without telling its result");
            }
        }
    }

    private static void Kill(SafeFileHandle? init)
    {
        const int sigkill = 9;
        if (init is { IsClosed: false })
        {
            Pidfd.Signal(init, sigkill);
        }
    }

    private static async Task ReadOutputAsync(Stream stream, OutputSink output)
    {
        var reader = new FrameReader(stream);
        var buffer = new byte[OutputBuffer];
        while (true)
        {
            var (source, count) = await reader.ReadAsync(buffer, CancellationToken.None);
            if (count == 0)
            {
                return;
            }

            output(source == StdStream.Stderr ? OutputStream.Error : OutputStream.Out, buffer.AsSpan(0, count));
        }
    }

    /// <summary>Two connected stream sockets: ours as a stream, theirs as a descriptor to hand over.</summary>
    private sealed class StreamPair(NetworkStream ours, SafeHandle theirs) : IDisposable
    {
        public NetworkStream Ours => ours;

        public SafeHandle Theirs => theirs;

        public static StreamPair Create()
        {
            var (a, b) = Linux.Sockets.StreamPair.Create();
            return new StreamPair(new NetworkStream(new Socket(new SafeSocketHandle(a.DangerousGetHandle(), ownsHandle: true)), ownsSocket: true), Keep(a, b));
        }

        public void Dispose()
        {
            ours.Dispose();
            theirs.Dispose();
        }

        /// <summary>The first descriptor belongs to the socket now.</summary>
        private static SafeFileHandle Keep(SafeFileHandle given, SafeFileHandle kept)
        {
            given.SetHandleAsInvalid();
            return kept;
        }
    }
}
