using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Corten.Networks.Attendant;

namespace Corten.Networks.Names;

/// <summary>What names mean on each network. Readers see one consistent state; writers replace what they change.</summary>
internal sealed class NameDirectory
{
    private readonly Lock _lock = new();
    private volatile ImmutableDictionary<string, ImmutableList<NameRecord>> _networks = ImmutableDictionary<string, ImmutableList<NameRecord>>.Empty;

    public void Publish(NameRecord record)
    {
        lock (_lock)
        {
            var others = _networks.GetValueOrDefault(record.Network, []).RemoveAll(r => r.Endpoint == record.Endpoint);
            _networks = _networks.SetItem(record.Network, others.Add(record));
        }
    }

    public void Withdraw(string endpoint)
    {
        lock (_lock)
        {
            foreach (var (network, records) in _networks)
            {
                var left = records.RemoveAll(r => r.Endpoint == endpoint);
                _networks = left.IsEmpty ? _networks.Remove(network) : _networks.SetItem(network, left);
            }
        }
    }

    public void Replace(IEnumerable<NameRecord> records)
    {
        lock (_lock)
        {
            _networks = records.GroupBy(r => r.Network).ToImmutableDictionary(g => g.Key, g => g.ToImmutableList());
        }
    }

    /// <summary>
    /// The addresses of a name on the first of a client's networks that has any, in random order. Null when nobody has that name; empty when somebody has, without an
    /// address of the family. <c>name.network</c> asks on one network.
    /// </summary>
    public List<IPAddress>? Resolve(string name, AddressFamily family, IReadOnlyList<string> networks)
    {
        var all = _networks;
        var found = false;
        foreach (var network in networks)
        {
            var records = all.GetValueOrDefault(network, []).FindAll(r => Has(r, name));
            found |= !records.IsEmpty;
            var addresses = records.Select(r => family == AddressFamily.InterNetwork ? r.Ipv4 : r.Ipv6).Where(a => a.Length > 0).Select(IPAddress.Parse).ToArray();
            if (addresses.Length > 0)
            {
                Random.Shared.Shuffle(addresses);
                return [.. addresses];
            }
        }
        return found ? [] : null;
    }

    /// <summary>The name behind an address, as <c>container.network</c>, or null.</summary>
    public string? ReverseResolve(IPAddress address, IReadOnlyList<string> networks)
    {
        var all = _networks;
        var text = address.ToString();
        var record = networks.SelectMany(n => all.GetValueOrDefault(n, [])).FirstOrDefault(r => r.Ipv4 == text || r.Ipv6 == text);
        return record is { Names: [var first, ..] } ? $"{first}.{record.NetworkName}" : null;
    }

    /// <summary>The address that a name below in-addr.arpa or ip6.arpa is about.</summary>
    public static IPAddress? ParseReverse(string name)
    {
        const string V4 = ".in-addr.arpa", V6 = ".ip6.arpa";
        if (name.EndsWith(V4, StringComparison.Ordinal))
        {
            var labels = name[..^V4.Length].Split('.');
            Array.Reverse(labels);
            return labels.Length == 4 && IPAddress.TryParse(string.Join('.', labels), out var ipv4) ? ipv4 : null;
        }
        if (!name.EndsWith(V6, StringComparison.Ordinal))
        {
            return null;
        }
        var nibbles = name[..^V6.Length].Split('.');
        if (nibbles.Length != 32)
        {
            return null;
        }
        var bytes = new byte[16];
        for (var i = 0; i < 32; i++)
        {
            if (nibbles[31 - i].Length != 1 || !byte.TryParse(nibbles[31 - i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var nibble))
            {
                return null;
            }
            bytes[i / 2] |= (byte)(i % 2 == 0 ? nibble << 4 : nibble);
        }
        return new IPAddress(bytes);
    }

    private static bool Has(NameRecord record, string name)
    {
        foreach (var own in record.Names)
        {
            if (string.Equals(own, name, StringComparison.OrdinalIgnoreCase)
                || (name.Length == own.Length + 1 + record.NetworkName.Length && name[own.Length] == '.'
                    && name.StartsWith(own, StringComparison.OrdinalIgnoreCase) && name.EndsWith(record.NetworkName, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }
        return false;
    }
}
