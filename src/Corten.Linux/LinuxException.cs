using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Corten.Oci.Errors;

namespace Corten.Linux;

/// <summary>A system call that failed: which one, on what, and with which errno. The message reads as Go's do: <c>mount proc: permission denied</c>.</summary>
public sealed class LinuxException : CortenException
{
    public LinuxException(Errno errno, string call, string? operand = null) : base(ErrorKind.Internal, Words(errno, call, operand))
    {
        Errno = errno;
        Call = call;
        Operand = operand;
    }

    public Errno Errno { get; }

    /// <summary>The call's name in its manual page.</summary>
    public string Call { get; }

    /// <summary>What it was applied to: a path, a pid.</summary>
    public string? Operand { get; }

    /// <summary>The errno of the last call that was declared with SetLastError, as an exception.</summary>
    public static LinuxException Last(string call, string? operand = null) => new((Errno)Marshal.GetLastPInvokeError(), call, operand);

    /// <exception cref="LinuxException">Always.</exception>
    [DoesNotReturn]
    public static void ThrowLast(string call, string? operand = null) => throw Last(call, operand);

    /// <summary>What strerror(3) says, with a small first letter.</summary>
    public static string Describe(Errno errno)
    {
        string words = Marshal.GetPInvokeErrorMessage((int)errno);
        return words.Length > 1 && char.IsLower(words[1]) ? char.ToLowerInvariant(words[0]) + words[1..] : words;
    }

    private static string Words(Errno errno, string call, string? operand)
        => operand is null ? $"{call}: {Describe(errno)}" : $"{call} {operand}: {Describe(errno)}";
}
