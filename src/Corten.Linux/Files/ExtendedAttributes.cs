using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.ExtendedAttributeCalls;

namespace Corten.Linux.Files;

/// <summary>Extended attributes (xattr(7)): names are text by rule, values are bytes.</summary>
[SkipLocalsInit]
public static unsafe class ExtendedAttributes
{
    /// <summary>XATTR_SIZE_MAX: the kernel's bound on one value.</summary>
    public const int MaxValue = 65536;

    public static void Set(SafeFileHandle file, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        if (!TrySet(file, attribute, value, out var errno))
        {
            throw new LinuxException(errno, "setxattr", NativeName.Show(attribute));
        }
    }

    public static bool TrySet(SafeFileHandle file, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value, out Errno errno)
    {
        var name = new NativeName(attribute, stackalloc byte[NativeName.Capacity]);
        fixed (byte* start = value)
        {
            return Succeeded(Native.fsetxattr(file, name.Pointer, start, (nuint)value.Length, 0), out errno);
        }
    }

    /// <summary>Of a name in a directory, a link not followed: what can't be opened (devices, fifos, links) has attributes too.</summary>
    public static bool TrySet(SafeFileHandle directory, ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value, out Errno errno)
    {
        var path = new NativeName(PathOf(directory, leaf), stackalloc byte[NativeName.Capacity]);
        var name = new NativeName(attribute, stackalloc byte[NativeName.Capacity]);
        fixed (byte* start = value)
        {
            return Succeeded(Native.lsetxattr(path.Pointer, name.Pointer, start, (nuint)value.Length, 0), out errno);
        }
    }

    /// <summary>The value, or null when the file has no such attribute or its file system none at all.</summary>
    public static byte[]? Get(SafeFileHandle file, ReadOnlySpan<byte> attribute)
    {
        var name = new NativeName(attribute, stackalloc byte[NativeName.Capacity]);
        var small = stackalloc byte[256];
        var length = Native.fgetxattr(file, name.Pointer, small, 256);
        if (length >= 0)
        {
            return new ReadOnlySpan<byte>(small, (int)length).ToArray();
        }

        if (!IsTooSmall("getxattr", attribute))
        {
            return null;
        }

        var large = new byte[MaxValue];
        fixed (byte* start = large)
        {
            length = Native.fgetxattr(file, name.Pointer, start, MaxValue);
        }

        return length >= 0 ? large[..(int)length] : throw LinuxException.Last("getxattr", NativeName.Show(attribute));
    }

    /// <inheritdoc cref="Get(SafeFileHandle, ReadOnlySpan{byte})"/>
    public static byte[]? Get(SafeFileHandle directory, ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> attribute)
    {
        var path = new NativeName(PathOf(directory, leaf), stackalloc byte[NativeName.Capacity]);
        var name = new NativeName(attribute, stackalloc byte[NativeName.Capacity]);
        var small = stackalloc byte[256];
        var length = Native.lgetxattr(path.Pointer, name.Pointer, small, 256);
        if (length >= 0)
        {
            return new ReadOnlySpan<byte>(small, (int)length).ToArray();
        }

        if (!IsTooSmall("getxattr", attribute))
        {
            return null;
        }

        var large = new byte[MaxValue];
        fixed (byte* start = large)
        {
            length = Native.lgetxattr(path.Pointer, name.Pointer, start, MaxValue);
        }

        return length >= 0 ? large[..(int)length] : throw LinuxException.Last("getxattr", NativeName.Show(attribute));
    }

    /// <summary>The names of a file's attributes, of a name in a directory, a link not followed.</summary>
    public static List<byte[]> List(SafeFileHandle directory, ReadOnlySpan<byte> leaf)
    {
        var path = new NativeName(PathOf(directory, leaf), stackalloc byte[NativeName.Capacity]);
        var small = stackalloc byte[1024];
        var length = Native.llistxattr(path.Pointer, small, 1024);
        if (length >= 0)
        {
            return Split(new ReadOnlySpan<byte>(small, (int)length));
        }

        if (!IsTooSmall("listxattr", leaf))
        {
            return [];
        }

        var large = new byte[MaxValue];
        fixed (byte* start = large)
        {
            length = Native.llistxattr(path.Pointer, start, MaxValue);
        }

        return length >= 0 ? Split(large.AsSpan(0, (int)length)) : throw LinuxException.Last("listxattr", NativeName.Show(leaf));
    }

    /// <summary>The names of an open file's attributes.</summary>
    public static List<byte[]> List(SafeFileHandle file)
    {
        var small = stackalloc byte[1024];
        var length = Native.flistxattr(file, small, 1024);
        if (length >= 0)
        {
            return Split(new ReadOnlySpan<byte>(small, (int)length));
        }

        if (!IsTooSmall("listxattr", default))
        {
            return [];
        }

        var large = new byte[MaxValue];
        fixed (byte* start = large)
        {
            length = Native.flistxattr(file, start, MaxValue);
        }

        return length >= 0 ? Split(large.AsSpan(0, (int)length)) : throw LinuxException.Last("listxattr");
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> list)
    {
        var names = new List<byte[]>();
        while (!list.IsEmpty)
        {
            var end = list.IndexOf((byte)0);
            names.Add(list[..end].ToArray());
            list = list[(end + 1)..];
        }

        return names;
    }

    /// <summary>There is no lgetxattrat: the descriptor's entry in /proc stands for the directory.</summary>
    private static byte[] PathOf(SafeFileHandle directory, ReadOnlySpan<byte> leaf)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}/"));
        var path = new byte[head.Length + Math.Max(leaf.Length, 1)];
        head.CopyTo(path, 0);
        (leaf.IsEmpty ? "."u8 : leaf).CopyTo(path.AsSpan(head.Length));
        return path;
    }

    private static bool IsTooSmall(string call, ReadOnlySpan<byte> operand) => (Errno)Marshal.GetLastPInvokeError() switch
    {
        Errno.ERANGE => true,
        Errno.ENODATA or Errno.EOPNOTSUPP => false,
        _ => throw LinuxException.Last(call, NativeName.Show(operand)),
    };

    private static bool Succeeded(int result, out Errno errno)
    {
        errno = result == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
        return result == 0;
    }
}
