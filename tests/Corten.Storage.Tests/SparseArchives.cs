using System.Globalization;
using System.Text;
using Corten.Storage.Tar;

namespace Corten.Storage.Tests;

/// <summary>Sparse files in the forms that GNU tar writes; our writer writes none.</summary>
public static class SparseArchives
{
    public static byte[] Pax10(string name, long size, IReadOnlyList<SparseRun> runs, byte[] data)
    {
        var map = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{runs.Count}\n");
        foreach (var run in runs)
        {
            map.Append(CultureInfo.InvariantCulture, $"{run.Offset}\n{run.Length}\n");
        }

        var content = new byte[((map.Length + 511) / 512 * 512) + data.Length];
        Encoding.ASCII.GetBytes(map.ToString()).CopyTo(content, 0);
        data.CopyTo(content, content.Length - data.Length);
        return Pax([("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", name), ("GNU.sparse.realsize", $"{size}")],
            "GNUSparseFile.0/" + name, content);
    }

    public static byte[] Pax01(string name, long size, IReadOnlyList<SparseRun> runs, byte[] data) => Pax(
        [("GNU.sparse.size", $"{size}"), ("GNU.sparse.numblocks", $"{runs.Count}"), ("GNU.sparse.name", name),
            ("GNU.sparse.map", string.Join(',', runs.Select(run => $"{run.Offset},{run.Length}")))], "GNUSparseFile.0/" + name, data);

    public static byte[] Pax00(string name, long size, IReadOnlyList<SparseRun> runs, byte[] data) => Pax(
        [("GNU.sparse.size", $"{size}"), ("GNU.sparse.numblocks", $"{runs.Count}"),
            .. runs.SelectMany(run => new[] { ("GNU.sparse.offset", $"{run.Offset}"), ("GNU.sparse.numbytes", $"{run.Length}") })], name, data);

    public static byte[] OldGnu(string name, long size, IReadOnlyList<SparseRun> runs, byte[] data)
    {
        var archive = new MemoryStream();
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        TarHeader.WriteOctal(header.AsSpan(100, 8), 0x1A4);
        TarHeader.WriteOctal(header.AsSpan(108, 8), 0);
        TarHeader.WriteOctal(header.AsSpan(116, 8), 0);
        TarHeader.WriteOctal(header.AsSpan(124, 12), data.Length);
        TarHeader.WriteOctal(header.AsSpan(136, 12), 0);
        header[156] = (byte)'S';
        "ustar  \0"u8.CopyTo(header.AsSpan(257));
        PutRuns(header.AsSpan(386, 96), runs.Take(4));
        header[482] = (byte)(runs.Count > 4 ? 1 : 0);
        TarHeader.WriteOctal(header.AsSpan(483, 12), size);
        TarHeader.WriteChecksum(header);
        archive.Write(header);
        for (var done = 4; done < runs.Count; done += 21)
        {
            var block = new byte[512];
            PutRuns(block, runs.Skip(done).Take(21));
            block[504] = (byte)(runs.Count > done + 21 ? 1 : 0);
            archive.Write(block);
        }

        archive.Write(data);
        archive.Write(new byte[(-data.Length & 511) + 1024]);
        return archive.ToArray();
    }

    private static void PutRuns(Span<byte> target, IEnumerable<SparseRun> runs)
    {
        foreach (var run in runs)
        {
            TarHeader.WriteOctal(target[..12], run.Offset);
            TarHeader.WriteOctal(target[12..24], run.Length);
            target = target[24..];
        }
    }

    private static byte[] Pax(IEnumerable<(string Key, string Value)> records, string name, byte[] content)
    {
        var data = new MemoryStream();
        foreach (var (key, value) in records)
        {
            PaxRecords.Append(data, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        }

        var extended = new ArchiveBuilder().Add(TarEntryType.Regular, "x", data: data.ToArray()).ToArray()[..^1024];
        extended[156] = (byte)'x';
        TarHeader.WriteChecksum(extended.AsSpan(0, 512));
        return [.. extended, .. new ArchiveBuilder().Add(TarEntryType.Regular, name, data: content).ToArray()];
    }
}
