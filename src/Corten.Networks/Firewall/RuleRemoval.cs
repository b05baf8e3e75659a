using Corten.Networks.Firewall.Firewalld;

namespace Corten.Networks.Firewall;

/// <summary>
/// Takes a daemon's rules away whole, its own table, what it put into the chains of others, and firewalld's zone: <c>cortend remove-rules [BRIDGE]</c>, for a machine that is to go on
/// without it. A daemon that runs puts them up again at its next use.
/// </summary>
public static class RuleRemoval
{
    public const string Verb = "remove-rules";

    /// <param name="bridge">The daemon's <c>--bridge</c>; null for the usual one.</param>
    public static void Run(string? bridge)
    {
        var options = new NetworkOptions { ExecRoot = "" };
        using var rules = new PacketRules((bridge is null ? options : options with { Bridge = bridge }).Table);
        rules.Remove();
        FirewalldZone.RemoveAsync(SystemBus.UsualPath(), CancellationToken.None).GetAwaiter().GetResult();
    }
}
