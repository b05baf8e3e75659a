using System.Text;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>The value of an option that is a list of <c>key=value</c> by RFC 4180: commas part, quotes hold together.</summary>
internal sealed class CsvFields
{
    private CsvFields(string text, List<KeyValuePair<string, string>> all) => (Text, All) = (text, all);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public IReadOnlyList<KeyValuePair<string, string>> All { get; }

    /// <summary>The value of a key; null if it is not there.</summary>
    public string? this[string key] => All.LastOrDefault(f => f.Key == key) is { Key: not null } found ? found.Value : null;

    public Dictionary<string, string> Without(params string[] keys)
    {
        var rest = new Dictionary<string, string>();
        foreach (var (key, value) in All.Where(f => !keys.Contains(f.Key)))
        {
            rest[key] = value;
        }
        return rest;
    }

    /// <param name="text">The option's value.</param>
    /// <param name="option">Its name, for messages.</param>
    /// <param name="bareKeys">Keys may stand without a value.</param>
    public static CsvFields Parse(string text, string option, bool bareKeys = false)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var word in Words(text))
        {
            var equals = word.IndexOf('=');
            if (equals < 0 && !bareKeys)
            {
                throw new CommandException($"invalid value {word}: expected key=value in --{option}");
            }
            fields.Add(new((equals < 0 ? word : word[..equals]).Trim().ToLowerInvariant(), equals < 0 ? "" : word[(equals + 1)..]));
        }
        return new CsvFields(text, fields);
    }

    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    word.Append('"');
                    i++;
                    break;
                case '"' when quoted || word.Length == 0:
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    words.Add(word.ToString());
                    word.Clear();
                    break;
                default:
                    word.Append(text[i]);
                    break;
            }
        }
        words.Add(word.ToString());
        return words;
    }
}
