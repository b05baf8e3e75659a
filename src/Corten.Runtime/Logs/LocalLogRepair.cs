using System.Buffers.Binary;

namespace Corten.Runtime.Logs;

/// <summary>
/// Cuts off what a power cut left of a record at the end of a <c>local</c> log. Its records have no mark to find the next one by, so that whatever came behind a
/// torn one would be lost to readers.
/// </summary>
internal static class LocalLogRepair
{
    private const int LengthSize = sizeof(uint);

    public static void Run(string path)
    {
        if (!File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 4096);
        if (file.Length == 0 || EndsWhole(file)) return;
        file.SetLength(WholeRecords(file));
    }

    private static bool EndsWhole(FileStream file)
    {
        if (file.Length < 2 * LengthSize) return false;
        uint length = LengthAt(file, file.Length - LengthSize);
        long start = file.Length - (2 * LengthSize) - length;
        return start >= 0 && LengthAt(file, start) == length;
    }

    private static long WholeRecords(FileStream file)
    {
        long at = 0;
        while (at + (2 * LengthSize) <= file.Length)
        {
            uint length = LengthAt(file, at);
            long next = at + (2 * LengthSize) + length;
            if (next > file.Length || LengthAt(file, next - LengthSize) != length) break;
            at = next;
        }
        return at;
    }

    private static uint LengthAt(FileStream file, long position)
    {
        Span<byte> length = stackalloc byte[LengthSize];
        file.Position = position;
        file.ReadExactly(length);
        return BinaryPrimitives.ReadUInt32BigEndian(length);
    }
}
