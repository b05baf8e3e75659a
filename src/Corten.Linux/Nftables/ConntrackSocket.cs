using System.Net;
using System.Net.Sockets;
using Corten.Linux.Net;
using static Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Nftables;

/// <summary>The kernel's table of connections (linux/netfilter/nfnetlink_conntrack.h).</summary>
public sealed class ConntrackSocket() : NetlinkSocket(NETLINK_NETFILTER)
{
    private const ushort NFNL_SUBSYS_CTNETLINK = 1 << 8;
    private const ushort IPCTNL_MSG_CT_NEW = 0, IPCTNL_MSG_CT_GET = 1, IPCTNL_MSG_CT_DELETE = 2;
    private const ushort CTA_TUPLE_ORIG = 1, CTA_TUPLE_REPLY = 2, CTA_TUPLE_IP = 1, CTA_TUPLE_PROTO = 2, CTA_PROTO_NUM = 1;
    private const ushort CTA_IP_V4_SRC = 1, CTA_IP_V6_SRC = 3;

    /// <summary>
    /// Forgets every flow of a protocol that is answered by an address. A UDP flow has no end that the kernel could see; while its client goes
    /// on sending, packets would follow the old translation to an address that somebody else may have by then.
    /// </summary>
    public void Forget(IPAddress answering, byte protocol)
    {
        var family = (byte)(answering.AddressFamily == AddressFamily.InterNetwork ? AF_INET : AF_INET6);
        var wanted = answering.GetAddressBytes();
        var question = new NetlinkBatch();
        question.Message("IPCTNL_MSG_CT_GET", NFNL_SUBSYS_CTNETLINK | IPCTNL_MSG_CT_GET, NLM_F_DUMP, [family, 0, 0, 0]);
        var flows = new List<byte[]>();
        Dump(question, (type, payload) =>
        {
            if (type == (NFNL_SUBSYS_CTNETLINK | IPCTNL_MSG_CT_NEW) && payload.Length > 4 && Matches(payload[4..], wanted, protocol) is { } original)
            {
                flows.Add(original);
            }
        });
        foreach (var flow in flows)
        {
            var batch = new NetlinkBatch();
            batch.Message("IPCTNL_MSG_CT_DELETE", NFNL_SUBSYS_CTNETLINK | IPCTNL_MSG_CT_DELETE, NLM_F_ACK, [family, 0, 0, 0]);
            batch.Attribute(CTA_TUPLE_ORIG | NLA_F_NESTED, flow);
            // One that expired meanwhile is what was wanted.
            if (TryRun(batch) is { } failure && failure.Errno != Errno.ENOENT)
            {
                throw failure;
            }
        }
    }

    /// <summary>The flow's first tuple, by which it is named, if its answers come from the address.</summary>
    private static byte[]? Matches(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> address, byte protocol)
    {
        byte[]? original = null;
        var matches = false;
        foreach (var attribute in new NetlinkAttributes(attributes))
        {
            if (attribute.Type == CTA_TUPLE_ORIG)
            {
                original = attribute.Value.ToArray();
            }
            else if (attribute.Type == CTA_TUPLE_REPLY)
            {
                matches = Source(attribute.Value).SequenceEqual(address) && Protocol(attribute.Value) == protocol;
            }
        }
        return matches ? original : null;
    }

    private static ReadOnlySpan<byte> Source(ReadOnlySpan<byte> tuple)
    {
        foreach (var part in new NetlinkAttributes(tuple))
        {
            if (part.Type != CTA_TUPLE_IP)
            {
                continue;
            }
            foreach (var address in new NetlinkAttributes(part.Value))
            {
                if (address.Type is CTA_IP_V4_SRC or CTA_IP_V6_SRC)
                {
                    return address.Value;
                }
            }
        }
        return default;
    }

    private static byte Protocol(ReadOnlySpan<byte> tuple)
    {
        foreach (var part in new NetlinkAttributes(tuple))
        {
            if (part.Type != CTA_TUPLE_PROTO)
            {
                continue;
            }
            foreach (var number in new NetlinkAttributes(part.Value))
            {
                if (number.Type == CTA_PROTO_NUM)
                {
                    return number.Value[0];
                }
            }
        }
        return 0;
    }
}
