using System.Buffers;

namespace Corten.Build.Dockerfile.Expansion;

/// <summary>
/// A wildcard pattern, matched by following all its states at once: time is bounded by pattern times text, whatever the pattern. Three
/// dialects share it: shell parameter patterns, Go's filepath.Match, and ignore files.
/// </summary>
public sealed class Glob
{
    private readonly List<Token> _tokens = [];

    private enum Kind
    {
        /// <summary>One given character.</summary>
        Literal,
        /// <summary>Any one character (shell).</summary>
        Any,
        /// <summary>Any run of characters.</summary>
        AnyRun,
        /// <summary>One character that is no separator.</summary>
        InName,
        /// <summary>A run of characters without a separator.</summary>
        NameRun,
        /// <summary>One character of a set, never a separator.</summary>
        Set,
        /// <summary>Nothing, or a run ended by a separator; always followed by <see cref="FoldersInside"/>.</summary>
        Folders,
        /// <summary>Within such a run.</summary>
        FoldersInside,
    }

    private readonly record struct Token(Kind Kind, char Character = '\0', IReadOnlyList<(char From, char To)>? Ranges = null, bool Negated = false);

    /// <summary>A shell pattern: <c>*</c>, <c>?</c>, and a backslash before <c>* ? \ } /</c>. Throws FormatException for another escape.</summary>
    public static Glob Shell(string pattern)
    {
        var glob = new Glob();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '\\')
            {
                glob._tokens.Add(pattern[i] switch { '*' => new(Kind.AnyRun), '?' => new(Kind.Any), var c => new(Kind.Literal, c) });
                continue;
            }

            var escaped = ++i < pattern.Length ? pattern[i] : '\uFFFF';
            glob._tokens.Add(escaped is '*' or '?' or '\\' or '}' or '/' ? new(Kind.Literal, escaped)
                : throw new FormatException($"invalid escape '\\{(escaped == '\uFFFF' ? "" : escaped)}'"));
        }

        return glob;
    }

    /// <summary>Go's filepath.Match: <c>*</c>, <c>?</c>, <c>[set]</c>, backslash. Throws FormatException if it is malformed.</summary>
    public static Glob Path(string pattern) => Names(pattern, folders: false);

    /// <summary>An ignore pattern: as <see cref="Path"/>, and <c>**</c> for any number of folders.</summary>
    public static Glob Ignore(string pattern) => Names(pattern, folders: true);

    /// <summary>True if the pattern has wildcards, so that it may name more than one path.</summary>
    public static bool HasWildcards(string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] is '*' or '?' or '[')
            {
                return true;
            }

            i += pattern[i] == '\\' ? 1 : 0;
        }

        return false;
    }

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        var whole = false;
        Run(text, (end, length) => whole |= end == length);
        return whole;
    }

    /// <summary>Length of the shortest or longest prefix of <paramref name="text"/> that matches; -1 for none.</summary>
    public int PrefixLength(ReadOnlySpan<char> text, bool longest)
    {
        var found = -1;
        Run(text, (end, _) => found = longest || found < 0 ? end : found);
        return found;
    }

    /// <summary>The same pattern read from right to left, for suffixes. Only for shell patterns, whose tokens are symmetric.</summary>
    public Glob Reversed()
    {
        var glob = new Glob();
        glob._tokens.AddRange(Enumerable.Reverse(_tokens));
        return glob;
    }

    private static Glob Names(string pattern, bool folders)
    {
        var glob = new Glob();
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when folders && i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i = glob.AddFolders(pattern, i + 1);
                    break;
                case '*':
                    glob._tokens.Add(new(Kind.NameRun));
                    break;
                case '?':
                    glob._tokens.Add(new(Kind.InName));
                    break;
                case '[':
                    i = glob.AddSet(pattern, i);
                    break;
                case '\\':
                    glob._tokens.Add(++i < pattern.Length ? new(Kind.Literal, pattern[i]) : throw new FormatException("syntax error in pattern"));
                    break;
                default:
                    glob._tokens.Add(new(Kind.Literal, pattern[i]));
                    break;
            }
        }

        return glob;
    }

    /// <summary>Adds <c>**</c> whose second star is at <paramref name="at"/>; gives the index of the last character that belongs to it.</summary>
    private int AddFolders(string pattern, int at)
    {
        at += at + 1 < pattern.Length && pattern[at + 1] == '/' ? 1 : 0;
        if (at + 1 == pattern.Length)
        {
            _tokens.Add(new(Kind.AnyRun));
            return at;
        }

        _tokens.Add(new(Kind.Folders));
        _tokens.Add(new(Kind.FoldersInside));
        return at;
    }

    private int AddSet(string pattern, int at)
    {
        var ranges = new List<(char, char)>();
        var i = at + 1;
        var negated = i < pattern.Length && pattern[i] == '^';
        i += negated ? 1 : 0;
        while (i < pattern.Length && (pattern[i] != ']' || ranges.Count == 0))
        {
            var from = SetCharacter(pattern, ref i);
            var to = from;
            if (i < pattern.Length && pattern[i] == '-')
            {
                i++;
                to = SetCharacter(pattern, ref i);
            }

            ranges.Add((from, to));
        }

        _tokens.Add(i < pattern.Length ? new(Kind.Set, Ranges: ranges, Negated: negated) : throw new FormatException("syntax error in pattern"));
        return i;
    }

    private static char SetCharacter(string pattern, ref int i)
    {
        i += i < pattern.Length && pattern[i] == '\\' ? 1 : 0;
        return i < pattern.Length && pattern[i] is not ('-' or ']') ? pattern[i++]
            : i < pattern.Length && pattern[i - 1] == '\\' ? pattern[i++]
            : throw new FormatException("syntax error in pattern");
    }

    /// <summary>Calls <paramref name="accepted"/> with every length at which the whole pattern has matched, shortest first.</summary>
    private void Run(ReadOnlySpan<char> text, Action<int, int> accepted)
    {
        var states = ArrayPool<bool>.Shared.Rent(_tokens.Count + 1);
        var next = ArrayPool<bool>.Shared.Rent(_tokens.Count + 1);
        Array.Clear(states);
        Enter(states, 0);
        for (var at = 0; ; at++)
        {
            if (states[_tokens.Count])
            {
                accepted(at, text.Length);
            }

            if (at == text.Length)
            {
                break;
            }

            Array.Clear(next);
            if (!Step(states, next, text[at]))
            {
                break;
            }

            (states, next) = (next, states);
        }

        ArrayPool<bool>.Shared.Return(states);
        ArrayPool<bool>.Shared.Return(next);
    }

    private bool Step(bool[] states, bool[] next, char c)
    {
        var alive = false;
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (!states[i])
            {
                continue;
            }

            var token = _tokens[i];
            var (stay, advance) = token.Kind switch
            {
                Kind.Literal => (-1, c == token.Character ? i + 1 : -1),
                Kind.Any => (-1, i + 1),
                Kind.AnyRun => (i, -1),
                Kind.InName => (-1, c != '/' ? i + 1 : -1),
                Kind.NameRun => (c != '/' ? i : -1, -1),
                Kind.Set => (-1, InSet(token, c) ? i + 1 : -1),
                Kind.Folders => (i + 1, c == '/' ? i + 2 : -1),
                _ => (i, c == '/' ? i + 1 : -1),
            };
            alive |= stay >= 0 || advance >= 0;
            if (stay >= 0)
            {
                // Runs may also end here; the inside of a folder run may not, it ends at a separator only.
                if (_tokens[stay].Kind == Kind.FoldersInside)
                {
                    next[stay] = true;
                }
                else
                {
                    Enter(next, stay);
                }
            }

            if (advance >= 0)
            {
                Enter(next, advance);
            }
        }

        return alive;
    }

    /// <summary>Marks a state and those that it reaches without a character.</summary>
    private void Enter(bool[] states, int state)
    {
        while (true)
        {
            states[state] = true;
            if (state == _tokens.Count)
            {
                return;
            }

            switch (_tokens[state].Kind)
            {
                case Kind.AnyRun or Kind.NameRun:
                    state++;
                    continue;
                case Kind.Folders:
                    state += 2;
                    continue;
                default:
                    return;
            }
        }
    }

    private static bool InSet(Token token, char c) => c != '/' && token.Ranges!.Any(r => c >= r.From && c <= r.To) != token.Negated;
}
