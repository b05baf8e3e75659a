using Corten.EngineApi.Streams;

namespace Corten.Cli.Attach;

/// <summary>Copies a container's output to our own streams, taking the frames of two streams apart.</summary>
internal static class OutputCopy
{
    private const int BufferSize = 32 << 10;

    /// <summary>Runs until the source ends.</summary>
    /// <param name="source">What the engine sends.</param>
    /// <param name="framed">False for a terminal, whose output is one raw stream.</param>
    /// <param name="output">Gets stdout; null lets it go.</param>
    /// <param name="errors">Gets stderr.</param>
    public static void Run(Stream source, bool framed, Stream? output, Stream? errors)
    {
        var buffer = new byte[BufferSize];
        if (!framed)
        {
            int count;
            while ((count = source.Read(buffer)) > 0)
            {
                output?.Write(buffer.AsSpan(0, count));
            }
            return;
        }
        Span<byte> head = stackalloc byte[FrameHeader.Size];
        while (true)
        {
            var got = source.ReadAtLeast(head, FrameHeader.Size, throwOnEndOfStream: false);
            if (got == 0)
            {
                return;
            }
            if (got < FrameHeader.Size)
            {
                throw new EndOfStreamException("unexpected EOF");
            }
            var frame = FrameHeader.Read(head);
            Copy(source, frame, buffer, frame.Stream switch
            {
                StdStream.Stdin or StdStream.Stdout => output,
                StdStream.Stderr => errors,
                _ => null,
            });
        }
    }

    private static void Copy(Stream source, FrameHeader frame, byte[] buffer, Stream? target)
    {
        var left = frame.Length;
        var failure = frame.Stream == StdStream.SystemError ? new MemoryStream() : null;
        while (left > 0)
        {
            var count = source.Read(buffer.AsSpan(0, Math.Min(left, buffer.Length)));
            if (count == 0)
            {
                throw new EndOfStreamException("unexpected EOF");
            }
            target?.Write(buffer.AsSpan(0, count));
            failure?.Write(buffer.AsSpan(0, count));
            left -= count;
        }
        if (failure is not null)
        {
            throw new InvalidDataException($"error from daemon in stream: {System.Text.Encoding.UTF8.GetString(failure.ToArray()).TrimEnd()}");
        }
    }
}
