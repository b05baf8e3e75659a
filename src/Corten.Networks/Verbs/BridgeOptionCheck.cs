using System.Globalization;
using System.Net;
using Corten.Networks.Drivers;
using Corten.Networks.Firewall;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Verbs;

/// <summary>Reads the bridge driver's options once, when a network is made, so that later readers need not doubt them.</summary>
internal static class BridgeOptionCheck
{
    private const int LongestLinkName = 15;

    private static readonly string[] Flags =
    [
        BridgeOptions.InterContainer, BridgeOptions.Masquerade, BridgeOptions.InhibitIpv4, BridgeOptions.DefaultBridge,
    ];

    public static void Run(Network network)
    {
        if (network.Option(BridgeOptions.Mtu) is { } mtu
            && (!int.TryParse(mtu, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size > 65535))
        {
            throw CortenException.Invalid($"failed to parse {BridgeOptions.Mtu} value: {mtu} (strconv.Atoi: parsing \"{mtu}\": invalid syntax)");
        }
        foreach (var flag in Flags)
        {
            if (network.Option(flag) is { } text && GoBoolean.Parse(text) is null)
            {
                throw CortenException.Invalid($"failed to parse {flag} value: {text} (strconv.ParseBool: parsing \"{text}\": invalid syntax)");
            }
        }
        foreach (var address in new[] { BridgeOptions.HostBinding, BridgeOptions.HostIpv4, BridgeOptions.HostIpv6 })
        {
            if (network.Option(address) is { Length: > 0 } text && !IPAddress.TryParse(text, out _))
            {
                throw CortenException.Invalid($"failed to parse {address} value: {text} (nil ip)");
            }
        }
        foreach (var mode in new[] { BridgeOptions.GatewayMode4, BridgeOptions.GatewayMode6 })
        {
            var parsed = BridgeDriver.ParseMode(network.Option(mode))
                ?? throw CortenException.Invalid($"failed to parse {mode} value: {network.Option(mode)} (unknown gateway mode {network.Option(mode)})");
            if (parsed == GatewayMode.Isolated && !network.Internal)
            {
                throw CortenException.Invalid("gateway mode 'isolated' can only be used for an internal network");
            }
        }
        if (network.Option(BridgeOptions.Name) is { Length: > 0 } name && !IsLinkName(name))
        {
            throw CortenException.Invalid($"invalid bridge name {name}: a link's name has at most {LongestLinkName} characters, none of them a slash or a blank");
        }
        foreach (var trusted in (network.Option(BridgeOptions.TrustedInterfaces) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IsLinkName(trusted))
            {
                throw CortenException.Invalid($"invalid interface name {trusted} in {BridgeOptions.TrustedInterfaces}");
            }
        }
    }

    /// <summary>Also keeps quotes out of the rules' text.</summary>
    public static bool IsLinkName(string name) => name.Length is > 0 and <= LongestLinkName && name is not ("." or "..")
        && name.All(c => c is > ' ' and < (char)127 and not ('/' or '"' or '\\' or '*' or ':' or ';'));
}
