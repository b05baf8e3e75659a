using System.Buffers.Binary;
using Corten.Linux.Net;
using Microsoft.Win32.SafeHandles;
using static Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Nftables;

/// <summary>What a transaction changed: a message of the kernel's about a chain or a rule, with as much as is needed to tell whose it is.</summary>
/// <param name="Kind">Which change.</param>
/// <param name="Table">The table's name; of any family.</param>
/// <param name="Chain">The chain's name.</param>
/// <param name="ForwardHook">A base chain that sees forwarded packets.</param>
public readonly record struct RuleChange(RuleChangeKind Kind, string Table, string Chain, bool ForwardHook);

/// <summary>The changes that can take effect away from somebody else's rules.</summary>
public enum RuleChangeKind
{
    ChainMade,
    ChainRemoved,
    RuleRemoved,
    TableRemoved,
}

/// <summary>
/// Tells of every nftables transaction in a network namespace, one's own too, in their order (the multicast group NFNLGRP_NFTABLES of nfnetlink). It belongs to
/// the namespace of the thread that makes it, and waits on a thread of its own.
/// </summary>
public sealed class RuleSetWatch : IDisposable
{
    private const int NFNLGRP_NFTABLES = 7;
    private const int NFT_MSG_DELTABLE = 2, NFT_MSG_NEWCHAIN = 3, NFT_MSG_DELCHAIN = 5, NFT_MSG_DELRULE = 8, NFT_MSG_NEWGEN = 15;
    private const ushort NFTA_GEN_ID = 1, NFTA_TABLE = 1, NFTA_RULE_CHAIN = 2, NFTA_CHAIN_NAME = 3, NFTA_CHAIN_HOOK = 4, NFTA_HOOK_HOOKNUM = 1;
    private const int NF_INET_FORWARD = 2;

    private readonly GroupSocket _socket = new(NETLINK_NETFILTER, NFNLGRP_NFTABLES);
    private readonly SafeFileHandle _stopped, _stop;
    private readonly Func<RuleChange, bool> _concerns;
    private readonly Action<uint?, bool> _committed;
    private readonly Thread _thread;
    private bool _pending;

    /// <param name="concerns">Whether a change matters. Asked for each one of a transaction until one does.</param>
    /// <param name="committed">
    /// Called after each transaction, with the number of the generation that it began and whether it held a change that matters; with null when the kernel had more
    /// to tell than the socket could hold. It must not throw.
    /// </param>
    public RuleSetWatch(Func<RuleChange, bool> concerns, Action<uint?, bool> committed)
    {
        (_concerns, _committed) = (concerns, committed);
        (_stopped, _stop) = Descriptor.Pipe();
        _thread = new Thread(Run, 256 << 10) { IsBackground = true, Name = "rules" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Dispose();
        _thread.Join();
        _stopped.Dispose();
        _socket.Dispose();
    }

    private void Run()
    {
        while (!Readiness.Either(_stopped, _socket.Handle, -1).First)
        {
            if (!_socket.Receive(Read))
            {
                _pending = false;
                _committed(null, true);
            }
        }
    }

    /// <summary>The messages of a transaction come in its order, and last the number of the new generation.</summary>
    private void Read(ushort type, ReadOnlySpan<byte> payload)
    {
        // struct nfgenmsg comes first: family, version, resource.
        if (payload.Length < 4)
        {
            return;
        }
        if ((type & 0xff) == NFT_MSG_NEWGEN)
        {
            var pending = _pending;
            _pending = false;
            _committed(Generation(payload[4..]), pending);
            return;
        }
        if (!_pending && Change(type & 0xff, payload[4..]) is { } change)
        {
            _pending = _concerns(change);
        }
    }

    private static uint? Generation(ReadOnlySpan<byte> attributes)
    {
        foreach (var attribute in new NetlinkAttributes(attributes))
        {
            if (attribute.Type == NFTA_GEN_ID && attribute.Value.Length == 4)
            {
                return BinaryPrimitives.ReadUInt32BigEndian(attribute.Value);
            }
        }
        return null;
    }

    private static RuleChange? Change(int message, ReadOnlySpan<byte> attributes)
    {
        RuleChangeKind? kind = message switch
        {
            NFT_MSG_NEWCHAIN => RuleChangeKind.ChainMade,
            NFT_MSG_DELCHAIN => RuleChangeKind.ChainRemoved,
            NFT_MSG_DELRULE => RuleChangeKind.RuleRemoved,
            NFT_MSG_DELTABLE => RuleChangeKind.TableRemoved,
            _ => null,
        };
        if (kind is null)
        {
            return null;
        }
        string table = "", chain = "";
        var forward = false;
        foreach (var attribute in new NetlinkAttributes(attributes))
        {
            if (attribute.Type == NFTA_TABLE)
            {
                table = attribute.Text;
            }
            else if (message != NFT_MSG_DELTABLE && attribute.Type == (message == NFT_MSG_DELRULE ? NFTA_RULE_CHAIN : NFTA_CHAIN_NAME))
            {
                chain = attribute.Text;
            }
            else if (message == NFT_MSG_NEWCHAIN && attribute.Type == NFTA_CHAIN_HOOK)
            {
                forward = Hook(attribute.Value) == NF_INET_FORWARD;
            }
        }
        return new RuleChange(kind.Value, table, chain, forward);
    }

    private static int Hook(ReadOnlySpan<byte> attributes)
    {
        foreach (var attribute in new NetlinkAttributes(attributes))
        {
            if (attribute.Type == NFTA_HOOK_HOOKNUM && attribute.Value.Length == 4)
            {
                return BinaryPrimitives.ReadInt32BigEndian(attribute.Value);
            }
        }
        return -1;
    }
}
