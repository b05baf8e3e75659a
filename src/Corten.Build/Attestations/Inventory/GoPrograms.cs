using System.Text;

namespace Corten.Build.Attestations.Inventory;

/// <summary>
/// Modules that Go's linker notes in every program: the section <c>.go.buildinfo</c> (Go's package debug/buildinfo; as Go 1.18 and later write it), with the
/// version of the compiler, whose library is in there too, and the modules.
/// </summary>
internal static class GoPrograms
{
    private const int HeadLength = 32;
    private const int MarkLength = 16;
    private const int MaxNote = 16 << 20;
    private const byte TextsFollow = 2;

    public static IEnumerable<FoundPackage> In(ImageFiles files)
    {
        foreach (var path in files.Files(static (_, status) => (status.Mode & 0x49) != 0 && status.Size > 100_000))
        {
            using var file = files.Open(path);
            foreach (var package in file is not null && ElfSection.TryRead(file, ".go.buildinfo", MaxNote) is { } note ? OfNote(note, path) : [])
            {
                yield return package;
            }
        }
    }

    /// <param name="note">The section.</param>
    /// <param name="where">The program.</param>
    internal static List<FoundPackage> OfNote(ReadOnlySpan<byte> note, string where)
    {
        var found = new List<FoundPackage>();
        if (note.Length < HeadLength || note[0] != 0xFF || !note[1..].StartsWith(" Go buildinf:"u8) || (note[15] & TextsFollow) == 0)
        {
            return found;
        }

        var rest = note[HeadLength..];
        var version = Encoding.UTF8.GetString(Next(ref rest));
        if (version.StartsWith("go", StringComparison.Ordinal))
        {
            found.Add(new FoundPackage("golang", "stdlib", version[2..].Split(' ')[0], where));
        }

        // The list stands between two marks.
        var list = Next(ref rest);
        var lines = list.Length <= 2 * MarkLength ? [] : Encoding.UTF8.GetString(list[MarkLength..^MarkLength]).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            // A module that another one stands in for is followed by that one.
            var named = i + 1 < lines.Length && lines[i + 1].StartsWith("=>\t", StringComparison.Ordinal) ? lines[i + 1] : lines[i];
            if (lines[i].Split('\t')[0] is "mod" or "dep" && named.Split('\t') is [_, { Length: > 0 } name, var number, ..])
            {
                found.Add(new FoundPackage("golang", name, number, where));
            }
        }

        return found;
    }

    /// <summary>A text behind its length, which is in groups of seven bits, the lowest first.</summary>
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        ulong length = 0;
        for (var shift = 0; rest.Length > 0 && shift < 63; shift += 7)
        {
            var group = rest[0];
            rest = rest[1..];
            length |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                break;
            }
        }

        var text = rest[..(int)Math.Min(length, (ulong)rest.Length)];
        rest = rest[text.Length..];
        return text;
    }
}
