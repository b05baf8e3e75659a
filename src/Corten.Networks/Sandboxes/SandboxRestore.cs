using Corten.Linux.Net;
using Corten.Networks.Attendant;
using Corten.Networks.Drivers;
using Corten.Networks.Model;
using Corten.Networks.Ports;
using Microsoft.Win32.SafeHandles;

namespace Corten.Networks.Sandboxes;

/// <summary>
/// At the daemon's start: what runs is kept, everything else is swept. Packets of running containers flow all the while, since links and rules
/// are only compared with how they should be, and the rules change over in one transaction.
/// </summary>
internal sealed class SandboxRestore(NetworkState state, NamespacePool pool, AttendantClient attendant, PortPublisher ports, ContainerFiles files)
{
    public async Task RunAsync(IReadOnlySet<string> live, CancellationToken cancellation)
    {
        foreach (var dead in state.Sandboxes.Keys.Where(c => !live.Contains(c)).ToList())
        {
            state.RemoveSandbox(dead);
        }
        foreach (var orphan in state.Endpoints.Where(e => !state.Sandboxes.ContainsKey(e.ContainerId)))
        {
            state.Remove(orphan);
        }
        pool.Sweep(state.Sandboxes.Values.Select(s => s.NamespacePath).OfType<string>().ToHashSet());
        foreach (var network in state.Networks.Values.Where(n => n.Driver == BridgeDriver.Name && !n.ConfigOnly))
        {
            state.Bridges.Ensure(network, state.EndpointsOf(network));
        }
        state.Rules?.Restore(
            state.Networks.Values.Where(n => n.Driver == BridgeDriver.Name && !n.ConfigOnly).Select(BridgeDriver.Rules),
            state.Sandboxes.Values.SelectMany(s => s.Ports),
            state.Sandboxes.Values.SelectMany(s => SandboxView.Passes(state, s)));
        // Reaches the attendant, which is introduced to the state as it is now.
        await attendant.SendAsync(new AttendantRequest { Report = true }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells an attendant, new or found again, how things should be, and has it take the ports that it does not hold.</summary>
    public async Task IntroduceAsync(Func<AttendantRequest, Task<AttendantReply>> send)
    {
        var sandboxes = state.Sandboxes.Values.ToList();
        var served = sandboxes.Where(s => files.UsesNameServer(s, state.EndpointsOf(s.ContainerId)) && File.Exists(s.NamespacePath))
            .ToDictionary(s => s, s => NetworkNamespace.Open(s.NamespacePath!));
        try
        {
            await TellAsync(send, sandboxes, served).ConfigureAwait(false);
        }
        finally
        {
            foreach (var handle in served.Values)
            {
                handle.Dispose();
            }
        }
    }

    private async Task TellAsync(
        Func<AttendantRequest, Task<AttendantReply>> send, List<SandboxState> sandboxes, Dictionary<SandboxState, SafeFileHandle> served)
    {
        await send(new AttendantRequest
        {
            Everything = new AttendantState
            {
                Containers = [.. sandboxes.Select(s => s.ContainerId)],
                Records = [.. state.Endpoints.Where(e => e.Names.Count > 0).Select(ContainerFiles.Record)],
                Clients = [.. served.Select(s => files.NameClient(s.Key, state.EndpointsOf(s.Key.ContainerId), s.Value))],
            },
        }).ConfigureAwait(false);
        var holding = (await send(new AttendantRequest { Report = true }).ConfigureAwait(false)).Holding.ToHashSet();
        foreach (var sandbox in sandboxes.Where(s => s.Ports.Count > 0 && !holding.Contains(s.ContainerId)))
        {
            // One that was taken in the meantime stays published: the translation does not need the socket.
            await send(new AttendantRequest { Hold = ports.Request(sandbox.ContainerId, sandbox.Ports) }).ConfigureAwait(false);
        }
    }
}
