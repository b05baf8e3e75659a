using Corten.Cli.Shell;

namespace Corten.Cli.Attach;

/// <summary>
/// Looks for the keys that detach (ctrl-p ctrl-q unless told otherwise) in what is typed. Keys that may begin the sequence are held back
/// until it is clear that they do not.
/// </summary>
internal sealed class DetachSequence(byte[] keys)
{
    private const string Names = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

    private static readonly byte[] Default = [16, 17];

    private int matched;

    /// <summary>Reads <c>ctrl-p,ctrl-q</c>, <c>a,b</c>; the empty text is the default.</summary>
    /// <exception cref="CommandException">A key is not one.</exception>
    public static DetachSequence Parse(string text)
    {
        if (text.Length == 0)
        {
            return new DetachSequence(Default);
        }
        var keys = text.Split(',').Select(key =>
        {
            if (key.Length == 1)
            {
                return (byte)key[0];
            }
            var code = key.StartsWith("ctrl-", StringComparison.Ordinal) && key.Length == 6 ? Names.IndexOf(key[5]) : -1;
            return code >= 0 ? (byte)code : throw new CommandException($"Unknown character: '{key}'");
        });
        return new DetachSequence([.. keys]);
    }

    /// <summary>Filters what was read.</summary>
    /// <param name="read">Bytes as they were typed.</param>
    /// <param name="pass">Gets the bytes that go to the container; must hold the read ones and a sequence more.</param>
    /// <param name="count">How many those are.</param>
    /// <returns>Whether the sequence is complete.</returns>
    public bool Filter(ReadOnlySpan<byte> read, Span<byte> pass, out int count)
    {
        count = 0;
        foreach (var key in read)
        {
            if (key == keys[matched])
            {
                if (++matched == keys.Length)
                {
                    matched = 0;
                    return true;
                }
                continue;
            }
            keys.AsSpan(0, matched).CopyTo(pass[count..]);
            count += matched;
            matched = key == keys[0] && keys.Length > 1 ? 1 : 0;
            if (matched == 0)
            {
                pass[count++] = key;
            }
        }
        return false;
    }

    public int Length => keys.Length;
}
