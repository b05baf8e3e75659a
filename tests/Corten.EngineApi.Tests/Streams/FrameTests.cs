using Corten.EngineApi.Streams;
using CsCheck;

namespace Corten.EngineApi.Tests.Streams;

public class FrameTests
{
    [Fact]
    public void What_is_written_is_read_whatever_the_pieces() =>
        Gen.Select(Gen.Enum<StdStream>(), Gen.Byte.Array[0, 300]).Array[0, 12].Sample(frames =>
        {
            using var wire = new MemoryStream();
            using var writer = new FrameWriter(wire);
            foreach (var (stream, payload) in frames)
            {
                writer.WriteAsync(stream, payload, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            }

            wire.Position = 0;
            var reader = new FrameReader(wire);
            var buffer = new byte[17];
            var read = new Dictionary<StdStream, List<byte>>();
            while (reader.ReadAsync(buffer, CancellationToken.None).AsTask().GetAwaiter().GetResult() is { Count: > 0 } piece)
            {
                (read.TryGetValue(piece.Stream, out var bytes) ? bytes : read[piece.Stream] = []).AddRange(buffer[..piece.Count]);
            }

            return frames.Select(f => f.Item1).Distinct().All(s =>
                frames.Where(f => f.Item1 == s).SelectMany(f => f.Item2).SequenceEqual(read.GetValueOrDefault(s, [])));
        });

    [Fact]
    public async Task A_stream_that_is_not_framed_is_noticed()
    {
        var reader = new FrameReader(new MemoryStream("plain text"u8.ToArray()));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(new byte[10], CancellationToken.None));
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_frame_is_noticed()
    {
        var reader = new FrameReader(new MemoryStream([1, 0, 0, 0, 0, 0, 0, 5, 65]));
        Assert.Equal(1, (await reader.ReadAsync(new byte[10], CancellationToken.None)).Count);
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(new byte[10], CancellationToken.None));
    }
}
