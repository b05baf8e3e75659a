using System.Security.Cryptography;
using System.Text;
using Corten.Oci.Errors;
using Corten.Storage.Compression;

namespace Corten.Storage.Tests.Compression;

public sealed class DecompressionTests
{
    private const string Text = "What is compressed here is the same in every form.\n";

    /// <summary>Made by libbz2 and liblzma from <see cref="Text"/>.</summary>
    private const string Bzip2 = "QlpoOTFBWSZTWdrj2vwAAAXTgAAQQAEAgC9j3SAgAEhqm9KeUeUeUPKFMJpoDTEPs48XoL5yahVvddYjCXICVd/X3OMWD0joY+LuSKcKEhtce1+A";
    private const string Xz = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAyV2hhdCBpcyBjb21wcmVzc2VkIGhlcmUgaXMgdGhlIHNhbWUgaW4gZXZlcnkgZm9ybS4KAABqS0uVOxfkhgABSzPzQtuMH7bzfQEAAAAABFla";

    private static byte[] Read(byte[] bytes, out CompressionKind kind)
    {
        using var plain = Decompression.Open(new MemoryStream(bytes), out kind);
        var target = new MemoryStream();
        plain.CopyTo(target);
        return target.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var target = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(target, System.IO.Compression.CompressionLevel.Optimal, true))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    [Theory]
    [InlineData(Bzip2, CompressionKind.Bzip2)]
    [InlineData(Xz, CompressionKind.Xz)]
    public void Forms_that_others_made(string base64, CompressionKind expected)
    {
        Assert.Equal(Text, Encoding.UTF8.GetString(Read(Convert.FromBase64String(base64), out var kind)));
        Assert.Equal(expected, kind);
    }

    [Fact]
    public void Gzip_zstd_and_plain()
    {
        var bytes = Encoding.UTF8.GetBytes(Text);
        Assert.Equal(bytes, Read(Gzip(bytes), out var gzip));
        Assert.Equal(bytes, Read(Zstd(bytes), out var zstd));
        Assert.Equal(bytes, Read(bytes, out var none));
        Assert.Equal([], Read([], out _));
        Assert.Equal([1, 2], Read([1, 2], out _));
        Assert.Equal((CompressionKind.Gzip, CompressionKind.Zstd, CompressionKind.None), (gzip, zstd, none));
    }

    [Fact]
    public void Several_members_are_one_stream()
    {
        byte[] one = [.. Encoding.UTF8.GetBytes(Text)];
        Assert.Equal([.. one, .. one], Read([.. Gzip(one), .. Gzip(one)], out _));
        Assert.Equal([.. one, .. one], Read([.. Zstd(one), .. Zstd(one)], out _));
    }

    [Fact]
    public void Truncation_and_damage_are_the_callers_mistake()
    {
        var bytes = RandomNumberGenerator.GetBytes(3000);
        foreach (var whole in (byte[][])[Gzip(bytes), Zstd(bytes), Convert.FromBase64String(Bzip2), Convert.FromBase64String(Xz)])
        {
            foreach (var cut in (int[])[7, whole.Length / 2, whole.Length - 9, whole.Length - 1])
            {
                Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CortenException>(() => Read(whole[..cut], out _)).Kind);
            }

            var damaged = whole.ToArray();
            damaged[whole.Length / 2] ^= 0x55;
            damaged[(whole.Length / 2) + 1] ^= 0x55;
            try
            {
                Read(damaged, out _);
            }
            catch (CortenException e)
            {
                Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
            }
        }
    }

    [Fact]
    public async Task A_failure_of_the_source_reaches_the_consumer()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        await pipe.Writer.WriteAsync(new byte[100]);
        await pipe.Writer.CompleteAsync(new InvalidDataException("cut"));
        using var ahead = ReadAhead.OfWaiting(pipe.Reader.AsStream());
        Assert.Equal("cut", Assert.Throws<InvalidDataException>(() => ahead.CopyTo(Stream.Null)).Message);
    }

    [Fact]
    public void A_failure_of_the_observer_reaches_the_consumer()
    {
        using var ahead = ReadAhead.OfComputing(new MemoryStream(new byte[10_000_000]), _ => throw new InvalidDataException("seen"));
        Assert.Equal("seen", Assert.Throws<InvalidDataException>(() => ahead.CopyTo(Stream.Null)).Message);
    }

    [Fact]
    public void An_observer_sees_every_byte_before_the_consumer_sees_the_end()
    {
        var bytes = RandomNumberGenerator.GetBytes(5_000_000);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var outer = ReadAhead.OfComputing(new MemoryStream(bytes));
        using var ahead = ReadAhead.OfComputing(outer, data => hash.AppendData(data));
        var target = new MemoryStream();
        ahead.CopyTo(target);
        Assert.Equal(bytes, target.ToArray());
        Assert.Equal(SHA256.HashData(bytes), hash.GetCurrentHash());
    }

    [Fact]
    public void Whoever_stops_in_the_middle_stops_all()
    {
        var ahead = ReadAhead.OfComputing(new MemoryStream(new byte[100_000_000]), static _ => { });
        Assert.Equal(10, ahead.Read(new byte[10]));
        ahead.Dispose();
        ahead.Dispose();
    }
}
