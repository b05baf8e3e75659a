using System.IO.Compression;
using Corten.Storage.Compression;
using CsCheck;

namespace Corten.Storage.Tests.Compression;

/// <summary>Through <see cref="Decompression"/>, against what System.IO.Compression makes and reads.</summary>
public sealed class GunzipStreamTests
{
    private static readonly CompressionLevel[] Levels = [CompressionLevel.NoCompression, CompressionLevel.Fastest, CompressionLevel.Optimal, CompressionLevel.SmallestSize];

    /// <summary>Random bytes with repetitions near and far: every kind of block and distance appears.</summary>
    private static readonly Gen<byte[]> Contents = Gen.Select(Gen.Byte.Array[0, 3000], Gen.Int[0, 60], Gen.Byte.Array[0, 40_000], (seed, times, far) =>
        (byte[])[.. Enumerable.Repeat(seed, times).SelectMany(b => b), .. far, .. seed, .. far]);

    private static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Optimal)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, level, true))
        {
            gzip.Write(bytes);
        }

        return bytes.Length > 0 ? target.ToArray() : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Read(Stream source, int size)
    {
        using var plain = Decompression.Open(source);
        var (target, buffer) = (new MemoryStream(), new byte[size]);
        while (plain.Read(buffer) is > 0 and var count)
        {
            target.Write(buffer, 0, count);
        }

        return target.ToArray();
    }

    [Fact]
    public void Members_of_every_level_however_they_arrive_and_are_asked_for() => Gen
        .Select(Contents.Array[1, 3], Gen.Int[0, 3], Gen.Int[1, 70_000], Gen.Int[1, 300_000])
        .Sample((members, level, arriving, asked) =>
        {
            byte[] file = [.. members.SelectMany(m => Gzip(m, Levels[level]))];
            return Read(new Pieces(file, arriving), asked).AsSpan().SequenceEqual(members.SelectMany(m => m).ToArray());
        }, iter: 300);

    [Fact]
    public void A_byte_at_a_time()
    {
        byte[] content = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i / 7))];
        Assert.Equal([.. content, .. content], Read(new Pieces([.. Gzip(content), .. Gzip(content)], 1), 1));
    }

    /// <summary>RFC 1952, 2.3: extra field, name, comment and checksum of the header, each over the borders of what arrives.</summary>
    [Fact]
    public void All_that_a_header_may_hold()
    {
        byte[] content = [.. "some content"u8];
        byte[] head = [0x1F, 0x8B, 8, 0b0001_1110, 1, 2, 3, 4, 0, 3, 5, 0, 1, 2, 3, 4, 5, .. "a-name"u8, 0, .. "a comment"u8, 0, 7, 7];
        byte[] file = [.. head, .. Gzip(content)[10..]];
        for (var size = 1; size <= file.Length; size++)
        {
            Assert.Equal(content, Read(new Pieces(file, size), 100));
        }
    }

    [Fact]
    public void What_follows_the_last_member_is_padding()
    {
        byte[] content = [1, 2, 3];
        Assert.Equal(content, Read(new MemoryStream([.. Gzip(content), .. new byte[512]]), 10));
        Assert.Equal(content, Read(new MemoryStream([.. Gzip(content), 0x1F]), 10));
    }

    [Fact]
    public void Every_truncation_is_told()
    {
        var file = Gzip([.. Enumerable.Range(0, 400).Select(i => (byte)(i % 50))]);
        for (var length = 2; length < file.Length; length++)
        {
            var cut = file[..length];
            Assert.Equal("unexpected EOF", Assert.Throws<Oci.Errors.CortenException>(() => Read(new Pieces(cut, 7), 100)).Message);
        }
    }

    [Fact]
    public void A_wrong_checksum_or_length_is_told()
    {
        var file = Gzip([.. Enumerable.Range(0, 400).Select(i => (byte)(i % 50))]);
        for (var at = file.Length - 8; at < file.Length; at++)
        {
            var damaged = file.ToArray();
            damaged[at] ^= 1;
            Assert.StartsWith("invalid gzip data", Assert.Throws<Oci.Errors.CortenException>(() => Read(new MemoryStream(damaged), 100)).Message);
        }
    }

    /// <summary>Damage anywhere gives the bytes, or an error: never other bytes, and never the end of the process.</summary>
    [Fact]
    public void Damage_never_gives_other_bytes() => Gen.Select(Contents, Gen.Int[0, 3], Gen.Select(Gen.Double[0, 1], Gen.Byte[1, 255]).Array[1, 4])
        .Sample((content, level, damages) =>
        {
            var file = Gzip(content, Levels[level]);
            foreach (var (place, change) in damages)
            {
                file[2 + (int)(place * (file.Length - 3))] ^= change;
            }

            try
            {
                return Read(new Pieces(file, 1000), 5000).AsSpan().SequenceEqual(content);
            }
            catch (Oci.Errors.CortenException e)
            {
                return e.Kind == Oci.Errors.ErrorKind.InvalidArgument;
            }
        }, iter: 2000);

    /// <summary>Gives no more than so many bytes a read.</summary>
    private sealed class Pieces(byte[] bytes, int size) : ReadOnlyStream
    {
        private int _position;

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(Math.Min(size, buffer.Length), bytes.Length - _position);
            bytes.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
