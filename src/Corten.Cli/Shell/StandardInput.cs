using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Cli.Shell;

/// <summary>Standard input by read(2). The framework's own stream would edit lines when it is a terminal.</summary>
internal sealed class StandardInput : Stream
{
    private readonly SafeFileHandle descriptor = new(0, ownsHandle: false);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <returns>0 at the end, which a terminal that has hung up is at, too.</returns>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            try
            {
                return OpenFile.Read(descriptor, buffer);
            }
            catch (LinuxException failure) when (failure.Errno == Errno.EIO)
            {
                return 0;
            }
            catch (LinuxException failure) when (failure.Errno == Errno.EAGAIN)
            {
                // Somebody who shares our input made it non-blocking.
                Readiness.Wait(descriptor, -1);
            }
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
