using System.Buffers.Binary;
using Corten.Linux.Net;
using static Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Nftables;

/// <summary>The part of nfnetlink (linux/netfilter/nf_tables.h) that is asked too often to go through libnftables.</summary>
public sealed class NfnetlinkSocket() : NetlinkSocket(NETLINK_NETFILTER)
{
    private const ushort NFNL_SUBSYS_NFTABLES = 10, NFT_MSG_NEWGEN = 15, NFT_MSG_GETGEN = 16, NFTA_GEN_ID = 1;

    /// <summary>
    /// The number of the rule set's generation. Each committed transaction of anybody in this network namespace adds one, so that an
    /// unchanged number means that nobody touched any table.
    /// </summary>
    public uint Generation()
    {
        var question = new NetlinkBatch();
        question.Message("NFT_MSG_GETGEN", (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETGEN, NLM_F_ACK, [0, 0, 0, 0]);
        uint generation = 0;
        Dump(question, (type, payload) =>
        {
            if (type != ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWGEN))
            {
                return;
            }
            foreach (var attribute in new NetlinkAttributes(payload[4..]))
            {
                if (attribute.Type == NFTA_GEN_ID)
                {
                    generation = BinaryPrimitives.ReadUInt32BigEndian(attribute.Value);
                }
            }
        });
        return generation;
    }
}
