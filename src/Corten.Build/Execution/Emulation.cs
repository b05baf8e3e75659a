using System.Buffers.Binary;
using Corten.Linux;
using Corten.Linux.Mounts;
using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Execution;

/// <summary>
/// Tells whether programs of a platform run here: by the processor itself, or by an emulator that is registered with the kernel (binfmt_misc). An entry
/// counts if it would take a program of that platform, whatever it is called.
/// </summary>
internal static class Emulation
{
    private const string Registered = "/proc/sys/fs/binfmt_misc";
    private const int HeaderLength = 20;

    private static readonly string[] Foreign =
        ["linux/amd64", "linux/arm64", "linux/riscv64", "linux/ppc64le", "linux/s390x", "linux/386", "linux/mips64le", "linux/mips64", "linux/loong64", "linux/arm/v7", "linux/arm/v6"];

    /// <exception cref="CortenException">InvalidArgument, naming the platform.</exception>
    public static void Require(Platform platform)
    {
        if (!Native(platform) && !(platform.Os == Platform.Host.Os && Entries().Any(Takes(platform.Architecture))))
        {
            throw CortenException.Invalid(
                $"programs for {platform} can't run on this machine ({Platform.Host}): no emulator for them is registered with the kernel (binfmt_misc). "
                + "Register one (for example by the packages qemu-user-static and binfmt-support), or build this stage FROM --platform=$BUILDPLATFORM");
        }
    }

    /// <summary>What RUN steps can be for on this machine now, its own platform first.</summary>
    public static IReadOnlyList<Platform> Platforms()
    {
        var entries = Entries();
        var levels = Platform.Host.Architecture == "amd64" ? Enumerable.Range(2, ProcessorLevel.Current - 1).Select(n => Platform.Host with { Variant = $"v{n}" }) : [];
        var foreign = Foreign.Select(Platform.Parse).Where(p => p.Architecture != Platform.Host.Architecture && (Native(p) || entries.Any(Takes(p.Architecture))));
        return [Platform.Host, .. levels, .. foreign];
    }

    private static bool Native(Platform platform) =>
        platform.Os == Platform.Host.Os && (platform.Architecture == Platform.Host.Architecture || PlatformChoice.Runs(Platform.Host, platform));

    /// <summary>The entries' texts. Where nobody mounted the file system, it is looked at through a mount that is attached nowhere.</summary>
    private static IReadOnlyList<string> Entries()
    {
        if (File.Exists(Registered + "/status"))
        {
            return Read(Registered);
        }

        try
        {
            using var mount = MountTree.Create("binfmt_misc", null, [], 0);
            return Read($"/proc/self/fd/{mount.Handle.Number()}");
        }
        catch (LinuxException e) when (e.Errno is Errno.ENODEV or Errno.EPERM)
        {
            // The kernel knows no emulators, or does not tell us.
            return [];
        }
    }

    private static IReadOnlyList<string> Read(string folder) => File.ReadAllText(folder + "/status").Trim() != "enabled" ? []
        : [.. Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f) is not ("status" or "register")).Select(File.ReadAllText)];

    private static Func<string, bool> Takes(string architecture)
    {
        var header = HeaderOf(architecture);
        return entry => header is not null && Takes(entry, header);
    }

    /// <summary>The beginning of a program: the ELF specification's e_ident, e_type and e_machine.</summary>
    private static byte[]? HeaderOf(string architecture)
    {
        (ushort Machine, bool Wide, bool BigEndian)? kind = architecture switch
        {
            "amd64" => (62, true, false),
            "386" => (3, false, false),
            "arm64" => (183, true, false),
            "arm" => (40, false, false),
            "riscv64" => (243, true, false),
            "ppc64le" => (21, true, false),
            "s390x" => (22, true, true),
            "mips64le" => (8, true, false),
            "mips64" => (8, true, true),
            "loong64" => (258, true, false),
            _ => null,
        };
        if (kind is not { } known)
        {
            return null;
        }

        var header = new byte[HeaderLength];
        "\u007fELF"u8.CopyTo(header);
        (header[4], header[5], header[6]) = (known.Wide ? (byte)2 : (byte)1, known.BigEndian ? (byte)2 : (byte)1, 1);
        if (known.BigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(16), 2);
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(18), known.Machine);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(16), 2);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(18), known.Machine);
        }

        return header;
    }

    /// <summary>Reads an entry: <c>enabled</c>, then <c>offset</c>, <c>magic</c> and <c>mask</c> in hexadecimal (kernel, binfmt-misc.rst).</summary>
    private static bool Takes(string entry, byte[] header)
    {
        var lines = entry.Split('\n');
        var values = lines.Select(l => l.Split(' ', 2)).Where(p => p.Length == 2).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1].Trim());
        if (!lines.Contains("enabled") || !values.TryGetValue("magic", out var text) || values.GetValueOrDefault("offset", "0") != "0")
        {
            return false;
        }

        var magic = Convert.FromHexString(text);
        var mask = values.TryGetValue("mask", out var hex) ? Convert.FromHexString(hex) : [.. Enumerable.Repeat((byte)0xFF, magic.Length)];
        for (var i = 0; i < magic.Length; i++)
        {
            if (i >= header.Length || (header[i] & mask[i]) != (magic[i] & mask[i]))
            {
                return false;
            }
        }

        return true;
    }
}
