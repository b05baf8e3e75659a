using System.Net;
using System.Net.Sockets;
using Corten.Networks.Model;
using Corten.Oci.Errors;

namespace Corten.Networks.Addresses;

/// <summary>
/// Which addresses of one subnet are in use. The lowest free one of the range is given out. It lives in memory and is filled from the stored
/// endpoints at start, so that no address can be lost.
/// </summary>
public sealed class AddressPool
{
    private readonly HashSet<UInt128> _used = [];
    private readonly UInt128 _first;
    private readonly UInt128 _last;
    private UInt128 _lowestFree;

    public AddressPool(Pool pool)
    {
        Pool = pool;
        Subnet = pool.Network;
        Family = Subnet.BaseAddress.AddressFamily;
        var range = pool.Range is null ? Subnet : IPNetwork.Parse(pool.Range);
        _first = AddressArithmetic.First(range);
        _last = AddressArithmetic.Last(range);
        // The network's own address, and IPv4's broadcast, belong to nobody; a /31 and a /32 have neither (RFC 3021).
        if (AddressArithmetic.Size(Subnet) > 2)
        {
            _used.Add(AddressArithmetic.First(Subnet));
            if (Family == AddressFamily.InterNetwork)
            {
                _used.Add(AddressArithmetic.Last(Subnet));
            }
        }
        if (pool.GatewayAddress is { } gateway)
        {
            _used.Add(AddressArithmetic.ToNumber(gateway));
        }
        foreach (var auxiliary in pool.Auxiliary?.Values ?? Enumerable.Empty<string>())
        {
            _used.Add(AddressArithmetic.ToNumber(IPAddress.Parse(auxiliary)));
        }
        _lowestFree = _first;
    }

    public Pool Pool { get; }

    public IPNetwork Subnet { get; }

    public AddressFamily Family { get; }

    /// <summary>Takes an address that an endpoint is known to have.</summary>
    public void Restore(IPAddress address) => _used.Add(AddressArithmetic.ToNumber(address));

    /// <returns>Null when the range is used up.</returns>
    public IPAddress? Take()
    {
        for (var candidate = _lowestFree; candidate <= _last; candidate++)
        {
            if (_used.Add(candidate))
            {
                _lowestFree = candidate + 1;
                return AddressArithmetic.ToAddress(candidate, Family);
            }
        }
        return null;
    }

    /// <summary>Takes the address that the user wants.</summary>
    public void Take(IPAddress wanted)
    {
        if (!_used.Add(AddressArithmetic.ToNumber(wanted)))
        {
            throw CortenException.Forbidden("Address already in use");
        }
    }

    public void Release(IPAddress address)
    {
        var number = AddressArithmetic.ToNumber(address);
        if (_used.Remove(number) && number >= _first && number < _lowestFree)
        {
            _lowestFree = number;
        }
    }
}
