using Corten.Oci.Errors;

namespace Corten.Containers.Attach;

/// <summary>The keys that let a client go without ending the container: <c>ctrl-p,ctrl-q</c> unless told otherwise.</summary>
public sealed class DetachKeys
{
    private readonly byte[] _sequence;

    private DetachKeys(byte[] sequence) => _sequence = sequence;

    public static DetachKeys Default { get; } = new([16, 17]);

    /// <param name="text">Comma-separated: single characters, and <c>ctrl-</c> with a letter or one of <c>@[\]^_</c>. Empty for the default.</param>
    /// <exception cref="CortenException">It is neither; Docker calls that a failure of its own.</exception>
    public static DetachKeys Parse(string text) => TryParse(text) ?? throw CortenException.Internal($"Invalid escape keys ({text}) provided");

    /// <inheritdoc cref="Parse"/>
    /// <returns>Null if it is neither.</returns>
    public static DetachKeys? TryParse(string text)
    {
        if (text.Length == 0)
        {
            return Default;
        }

        var keys = new List<byte>();
        foreach (var part in text.Split(','))
        {
            if (part.Length == 1)
            {
                keys.Add((byte)part[0]);
                continue;
            }

            // Control characters are the letters' codes without their upper bits (ascii(7)).
            var key = part.StartsWith("ctrl-", StringComparison.Ordinal) && part.Length == 6 ? part[5] : '\0';
            if (key is not (>= 'a' and <= 'z' or >= '[' and <= '_' or '@'))
            {
                return null;
            }

            keys.Add((byte)(key & 0x1F));
        }

        return new DetachKeys([.. keys]);
    }

    /// <summary>As inspect shows them: base64.</summary>
    public string Encoded => Convert.ToBase64String(_sequence);

    public Watcher Watch() => new(_sequence);

    /// <summary>Follows one client's input. A key that may be the beginning of the sequence is held back until it is known.</summary>
    public sealed class Watcher
    {
        private readonly byte[] _sequence;
        private int _matched;

        internal Watcher(byte[] sequence) => _sequence = sequence;

        /// <summary>Takes input and gives what is to be passed on.</summary>
        /// <param name="input">What the client sent.</param>
        /// <param name="passOn">What of it, and of earlier input, is the container's.</param>
        /// <returns>True when the sequence is complete: the client wants to go.</returns>
        public bool Feed(ReadOnlySpan<byte> input, List<byte> passOn)
        {
            foreach (var key in input)
            {
                if (key == _sequence[_matched])
                {
                    if (++_matched == _sequence.Length)
                    {
                        return true;
                    }

                    continue;
                }

                passOn.AddRange(_sequence.AsSpan(0, _matched));
                _matched = key == _sequence[0] ? 1 : 0;
                if (_matched == 0)
                {
                    passOn.Add(key);
                }
                else if (_sequence.Length == 1)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
