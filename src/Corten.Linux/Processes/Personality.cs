using Corten.Linux.Interop;
using Corten.Oci.Errors;

namespace Corten.Linux.Processes;

/// <summary>personality(2): the execution domain, LINUX or LINUX32 (uname says i686 or armv8l).</summary>
public static class Personality
{
    private const nuint PER_LINUX = 0, PER_LINUX32 = 8;

    public static void Set(string domain, IEnumerable<string>? flags)
    {
        nuint persona = domain switch
        {
            "LINUX" => PER_LINUX,
            "LINUX32" => PER_LINUX32,
            _ => throw CortenException.Invalid($"invalid personality domain {domain}"),
        };
        // config-linux.md, "personality": no flag is supported yet.
        if (flags?.Any() == true) throw CortenException.Invalid("additional flags for personality are not supported");
        if (ProcessAttributes.personality(ArchitectureNumbers.NR_personality, persona) < 0) LinuxException.ThrowLast("personality", domain);
    }
}
