using Corten.Linux;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>What a process gets as 0, 1 and 2 when it has no terminal; null leaves the maker's own.</summary>
internal sealed record Stdio(SafeFileHandle? Input, SafeFileHandle? Output, SafeFileHandle? Error)
{
    public static Stdio Inherited { get; } = new(null, null, null);

    /// <summary>Puts them in place. Each is close-on-exec under its old number, so only the copies reach the program.</summary>
    public void Install()
    {
        if (Input is not null) Descriptor.DuplicateTo(Input.Number(), 0);
        if (Output is not null) Descriptor.DuplicateTo(Output.Number(), 1);
        if (Error is not null) Descriptor.DuplicateTo(Error.Number(), 2);
    }
}
