using Corten.Linux;
using Corten.Runtime.Creation;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>
/// The pipes between a monitor and its container. Pipes, not sockets: a program may open /dev/stdout again, and a socket can't be opened. With a terminal
/// there are none.
/// </summary>
internal sealed class StreamPair : IDisposable
{
    private SafeFileHandle? _input, _output, _error;

    private StreamPair(Stdio containerSide) => ContainerSide = containerSide;

    public Stdio ContainerSide { get; }

    public static StreamPair Create(bool terminal, bool openStdin)
    {
        if (terminal) return new StreamPair(Stdio.Inherited);
        SafeFileHandle stdin;
        SafeFileHandle? input = null;
        if (openStdin) (stdin, input) = Descriptor.Pipe();
        else stdin = File.OpenHandle("/dev/null");
        (SafeFileHandle output, SafeFileHandle stdout) = Descriptor.Pipe();
        (SafeFileHandle error, SafeFileHandle stderr) = Descriptor.Pipe();
        // The ends are open files of their own: the container's stay blocking.
        if (input is not null) Descriptor.SetNonBlocking(input.Number(), true);
        Descriptor.SetNonBlocking(output.Number(), true);
        Descriptor.SetNonBlocking(error.Number(), true);
        return new StreamPair(new Stdio(stdin, stdout, stderr)) { _input = input, _output = output, _error = error };
    }

    public SafeFileHandle? TakeInput() => Take(ref _input);

    public SafeFileHandle TakeOutput() => Take(ref _output)!;

    public SafeFileHandle TakeError() => Take(ref _error)!;

    /// <summary>Closes the container's side, and of ours what was not taken.</summary>
    public void Dispose()
    {
        ContainerSide.Input?.Dispose();
        ContainerSide.Output?.Dispose();
        ContainerSide.Error?.Dispose();
        _input?.Dispose();
        _output?.Dispose();
        _error?.Dispose();
    }

    private static SafeFileHandle? Take(ref SafeFileHandle? handle)
    {
        SafeFileHandle? taken = handle;
        handle = null;
        return taken;
    }
}
