using System.Text;

namespace Corten.Build.Dockerfile.Expansion;

/// <summary>The text so far, and the same cut into words.</summary>
internal sealed class ExpansionResult
{
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();

    public StringBuilder Text { get; } = new();

    public void AddSplit(string text)
    {
        Text.Append(text);
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                Close();
            }
            else
            {
                _word.Append(c);
            }
        }
    }

    public void AddWhole(string text)
    {
        Text.Append(text);
        _word.Append(text);
    }

    public IReadOnlyList<string> Words()
    {
        Close();
        return _words;
    }

    private void Close()
    {
        if (_word.Length > 0)
        {
            _words.Add(_word.ToString());
            _word.Clear();
        }
    }
}

internal sealed class ExpansionException(string message) : Exception(message);
