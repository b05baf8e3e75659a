using System.IO.Pipes;
using System.Net.Sockets;
using Corten.Linux;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Exec;

/// <summary>Descriptors of pipes, sockets and terminals as streams that wait without a thread.</summary>
internal static class PipeStreams
{
    /// <summary>The read end of a pipe; the stream owns it.</summary>
    public static Stream Reader(SafeFileHandle pipe) => new AnonymousPipeClientStream(PipeDirection.In, Move(pipe));

    public static Stream Writer(SafeFileHandle pipe) => new AnonymousPipeClientStream(PipeDirection.Out, Move(pipe));

    /// <summary>One end of a stream socket pair; the socket owns it.</summary>
    public static Socket Socket(SafeFileHandle handle) => new(new SafeSocketHandle(Release(handle), ownsHandle: true));

    private static SafePipeHandle Move(SafeFileHandle handle) => new(Release(handle), ownsHandle: true);

    private static nint Release(SafeFileHandle handle)
    {
        var number = handle.Number();
        handle.SetHandleAsInvalid();
        return number;
    }
}
