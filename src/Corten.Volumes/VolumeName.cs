using System.Security.Cryptography;
using Corten.Oci.Errors;

namespace Corten.Volumes;

/// <summary>The rules of volume names, and names for volumes that nobody named.</summary>
public static class VolumeName
{
    private const int GeneratedBytes = 32;

    /// <summary>64 hexadecimal digits, as Docker's: clients tell anonymous volumes by the label and, in lists, by this length.</summary>
    public static string Generate() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(GeneratedBytes));

    /// <exception cref="CortenException">It is too short or has other characters than <c>[a-zA-Z0-9][a-zA-Z0-9_.-]</c>.</exception>
    public static void Check(string name)
    {
        if (name.Length == 1)
        {
            throw CortenException.Invalid("volume name is too short, names should be at least two alphanumeric characters");
        }

        if (name.Length > 255 || !char.IsAsciiLetterOrDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
        {
            throw CortenException.Invalid(
                $"\"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. "
                + "If you intended to pass a host directory, use absolute path");
        }
    }
}
