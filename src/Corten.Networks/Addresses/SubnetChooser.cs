using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Addresses;

/// <summary>A range that is taken, and by what, in words for an error.</summary>
public readonly record struct TakenRange(IPNetwork Range, string By);

/// <summary>Finds subnets for networks that name none, and checks those that are named.</summary>
public sealed class SubnetChooser
{
    /// <summary>Docker's default pools.</summary>
    private static readonly AddressPoolOption[] Defaults =
    [
        new(IPNetwork.Parse("172.17.0.0/16"), 16),
        new(IPNetwork.Parse("172.18.0.0/16"), 16),
        new(IPNetwork.Parse("172.19.0.0/16"), 16),
        new(IPNetwork.Parse("172.20.0.0/14"), 16),
        new(IPNetwork.Parse("172.24.0.0/14"), 16),
        new(IPNetwork.Parse("172.28.0.0/14"), 16),
        new(IPNetwork.Parse("192.168.0.0/16"), 20),
    ];

    private readonly List<AddressPoolOption> _pools;

    /// <param name="configured">The daemon's <c>default-address-pools</c>; those of a family replace the defaults of that family.</param>
    /// <param name="seed">Where this engine keeps its data: two engines on a machine get different IPv6 prefixes.</param>
    public SubnetChooser(IReadOnlyList<AddressPoolOption> configured, string seed)
    {
        _pools = [.. configured];
        if (!_pools.Any(p => p.Base.BaseAddress.AddressFamily == AddressFamily.InterNetwork))
        {
            _pools.AddRange(Defaults);
        }
        if (!_pools.Any(p => p.Base.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6))
        {
            _pools.Add(new AddressPoolOption(UniqueLocal(seed), 64));
        }
    }

    public IReadOnlyList<AddressPoolOption> Pools => _pools;

    /// <summary>The first subnet of the pools that nothing uses.</summary>
    public IPNetwork Choose(AddressFamily family, IReadOnlyList<TakenRange> taken)
    {
        foreach (var pool in _pools.Where(p => p.Base.BaseAddress.AddressFamily == family))
        {
            var step = UInt128.One << (AddressArithmetic.Bits(family) - pool.Size);
            var last = AddressArithmetic.Last(pool.Base);
            // A taken range is jumped over whole, so that pools of 2^16 and more subnets cost as many steps as there are obstacles.
            for (var start = AddressArithmetic.First(pool.Base); start <= last;)
            {
                var candidate = new IPNetwork(AddressArithmetic.ToAddress(start, family), pool.Size);
                var obstacle = taken.FirstOrDefault(t => AddressArithmetic.Overlap(t.Range, candidate));
                if (obstacle.By is null)
                {
                    return candidate;
                }
                var next = AddressArithmetic.Last(obstacle.Range);
                var steps = ((next - start) / step) + 1;
                if (next >= last || start + (steps * step) < start)
                {
                    break;
                }
                start += steps * step;
            }
        }
        throw CortenException.Internal("all predefined address pools have been fully subnetted: "
            + string.Join(", ", _pools.Where(p => p.Base.BaseAddress.AddressFamily == family).Select(p => $"{p.Base} in /{p.Size}")));
    }

    /// <summary>Refuses a subnet that overlaps with one in use; the error names both.</summary>
    public static void Check(IPNetwork wanted, IReadOnlyList<TakenRange> taken)
    {
        var obstacle = taken.FirstOrDefault(t => AddressArithmetic.Overlap(t.Range, wanted));
        if (obstacle.By is not null)
        {
            throw CortenException.Forbidden(
                $"invalid pool request: Pool overlaps with other one on this address space: {wanted} overlaps with {obstacle.Range} of {obstacle.By}");
        }
    }

    /// <summary>A /48 of fd00::/8 (RFC 4193) that stays the same for one machine and data root.</summary>
    private static IPNetwork UniqueLocal(string seed)
    {
        var machine = File.Exists("/etc/machine-id") ? File.ReadAllText("/etc/machine-id").Trim() : Environment.MachineName;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(machine + "\0" + seed));
        Span<byte> prefix = stackalloc byte[16];
        prefix.Clear();
        prefix[0] = 0xfd;
        hash.AsSpan(0, 5).CopyTo(prefix[1..]);
        return new IPNetwork(new IPAddress(prefix), 48);
    }
}
