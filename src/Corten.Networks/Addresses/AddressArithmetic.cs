using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Corten.Networks.Addresses;

/// <summary>Addresses as numbers.</summary>
internal static class AddressArithmetic
{
    public static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.AddressFamily == AddressFamily.InterNetwork && address.TryWriteBytes(bytes, out _)
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : address.TryWriteBytes(bytes, out _) ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : UInt128.Zero;
    }

    public static IPAddress ToAddress(UInt128 number, AddressFamily family)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)number);
            return new IPAddress(bytes[..4]);
        }
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    public static int Bits(AddressFamily family) => family == AddressFamily.InterNetwork ? 32 : 128;

    public static UInt128 Size(IPNetwork network)
    {
        var host = Bits(network.BaseAddress.AddressFamily) - network.PrefixLength;
        return host >= 128 ? UInt128.MaxValue : UInt128.One << host;
    }

    public static UInt128 First(IPNetwork network) => ToNumber(network.BaseAddress);

    public static UInt128 Last(IPNetwork network) => First(network) + (Size(network) - 1);

    public static bool Overlap(IPNetwork a, IPNetwork b) =>
        a.BaseAddress.AddressFamily == b.BaseAddress.AddressFamily && First(a) <= Last(b) && First(b) <= Last(a);

    /// <summary>The network that an address is in.</summary>
    public static IPNetwork Around(IPAddress address, int prefix)
    {
        var family = address.AddressFamily;
        var number = ToNumber(address);
        return new IPNetwork(ToAddress(prefix == 0 ? 0 : number - (number % (UInt128.One << (Bits(family) - prefix))), family), prefix);
    }

    public static IPAddress Nth(IPNetwork network, UInt128 n) => ToAddress(First(network) + n, network.BaseAddress.AddressFamily);
}
