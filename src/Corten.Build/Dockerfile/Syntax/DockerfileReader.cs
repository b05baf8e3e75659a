using System.Text;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Syntax;

/// <summary>
/// Physical lines to logical ones: directives, comments, continuations and here-documents (Dockerfile reference, "Format" and
/// "Here-Documents"). What the words of an instruction mean is not decided here.
/// </summary>
public static class DockerfileReader
{
    /// <summary>Bytes that a physical line may have.</summary>
    public const int MaxLineLength = 65535;

    public static DockerfileText Read(string source)
    {
        var cursor = new Cursor(source.StartsWith('\uFEFF') ? source[1..] : source);
        var directives = new Directives();
        var lines = new List<LogicalLine>();
        var emptyContinuations = new List<int>();
        var comments = new List<string>();
        var escape = '\\';
        while (cursor.Next() is { } physical)
        {
            var text = TrimNewline(physical).TrimStart();
            if (directives.TryRead(text, cursor.Number))
            {
                escape = directives.EscapeCharacter();
                continue;
            }

            if (IsComment(text))
            {
                NoteComment(comments, text);
                continue;
            }

            var joined = new StringBuilder();
            var start = cursor.Number;
            if (!Continues(text, escape, out var kept))
            {
                if (kept.Length == 0)
                {
                    continue;
                }

                joined.Append(kept);
            }
            else if (JoinContinuations(cursor, joined.Append(kept), escape))
            {
                emptyContinuations.Add(cursor.Number);
            }

            lines.Add(ReadLine(joined.ToString(), cursor, start, escape, comments));
            comments.Clear();
        }

        if (source.Length == 0)
        {
            throw CortenException.Invalid("the Dockerfile cannot be empty");
        }

        if (lines.Count == 0)
        {
            throw new DockerfileException("file with no instructions", SourceRange.Line(Math.Max(1, cursor.Number)));
        }

        return new DockerfileText
        {
            Source = source, Escape = escape, Lines = lines, Directives = directives.Found, EmptyContinuations = emptyContinuations,
        };
    }

    /// <summary>Splits one joined line into keyword, flags and rest, without looking for here-documents.</summary>
    internal static LogicalLine Split(string line, SourceRange range, char escape)
    {
        var trimmed = line.Trim();
        var end = trimmed.AsSpan().IndexOfAny(" \t\v\f\r");
        var keyword = end < 0 ? trimmed : trimmed[..end];
        var (flags, rest) = end < 0 ? ([], "") : FlagWords.Take(trimmed[end..], escape);
        return new LogicalLine { Keyword = keyword, Flags = flags, Rest = rest.Trim(), Original = line, Range = range };
    }

    private static LogicalLine ReadLine(string joined, Cursor cursor, int start, char escape, List<string> comments)
    {
        var line = Split(joined, new SourceRange(start, cursor.Number), escape) with { Comments = comments.ToArray() };
        if (!MayOpenHeredocs(line, escape))
        {
            return line;
        }

        var heredocs = Heredoc.InLine(joined).Select(h => ReadBody(h, cursor, start)).ToArray();
        return line with { Heredocs = heredocs, Range = new SourceRange(start, cursor.Number) };
    }

    private static bool MayOpenHeredocs(LogicalLine line, char escape)
    {
        if (line.Keyword.Equals("ONBUILD", StringComparison.OrdinalIgnoreCase))
        {
            line = Split(line.Rest, line.Range, escape);
        }

        return line.Keyword.ToUpperInvariant() is "RUN" or "COPY" or "ADD" && Words.TryJsonArray(line.Rest, line.Range) is null;
    }

    private static Heredoc ReadBody(Heredoc heredoc, Cursor cursor, int start)
    {
        var body = new StringBuilder();
        while (cursor.Next() is { } physical)
        {
            var candidate = TrimNewline(physical);
            if ((heredoc.StripTabs ? candidate.TrimStart('\t') : candidate) == heredoc.Name)
            {
                return heredoc with { Content = body.ToString() };
            }

            body.Append(physical);
        }

        throw new DockerfileException("unterminated heredoc", new SourceRange(start, cursor.Number));
    }

    /// <summary>Appends the continuation lines; true if a blank one was among them.</summary>
    private static bool JoinContinuations(Cursor cursor, StringBuilder joined, char escape)
    {
        var sawBlank = false;
        while (cursor.Next() is { } physical)
        {
            var text = TrimNewline(physical);
            if (IsComment(text.TrimStart()))
            {
                continue;
            }

            if (string.IsNullOrWhiteSpace(text))
            {
                sawBlank = true;
                continue;
            }

            var more = Continues(text, escape, out var kept);
            joined.Append(kept);
            if (!more)
            {
                break;
            }
        }

        return sawBlank;
    }

    /// <summary>True if the line ends in an escape character that is not itself escaped; <paramref name="kept"/> is what stands before it.</summary>
    private static bool Continues(string line, char escape, out string kept)
    {
        var trimmed = line.AsSpan().TrimEnd(" \t");
        if (trimmed.EndsWith([escape]) && (trimmed.Length == 1 || trimmed[^2] != escape))
        {
            kept = trimmed[..^1].ToString();
            return true;
        }

        kept = line;
        return false;
    }

    private static void NoteComment(List<string> comments, string text)
    {
        var comment = text[1..].Trim();
        if (comment.Length == 0)
        {
            comments.Clear();
            return;
        }

        comments.Add(comment);
    }

    private static bool IsComment(string text) => text.StartsWith('#');

    private static string TrimNewline(string line) => line.TrimEnd('\r', '\n');

    /// <summary>Hands out physical lines with their line ends and counts them.</summary>
    private sealed class Cursor(string source)
    {
        private int _at;

        public int Number { get; private set; }

        public string? Next()
        {
            if (_at >= source.Length)
            {
                return null;
            }

            var end = source.IndexOf('\n', _at);
            var line = end < 0 ? source[_at..] : source[_at..(end + 1)];
            _at += line.Length;
            Number++;
            return line.Length <= MaxLineLength && (line.Length * 3 <= MaxLineLength || Encoding.UTF8.GetByteCount(line) <= MaxLineLength)
                ? line
                : throw new DockerfileException($"dockerfile line greater than max allowed size of {MaxLineLength}", SourceRange.Line(Number));
        }
    }
}
