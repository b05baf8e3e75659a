using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Client;

namespace Corten.Cli.Shell;

/// <summary>One command being run: its parsed words and the session around it.</summary>
/// <param name="Session">Streams, configuration and connection.</param>
/// <param name="Parsed">Its options and arguments.</param>
/// <param name="Path">How it was called: <c>corten container ls</c>.</param>
internal sealed record Invocation(Session Session, Arguments Parsed, string Path)
{
    public IReadOnlyList<string> Args => Parsed.Positional;

    public TextWriter Out => Session.Out;

    public TextWriter Err => Session.Err;

    public EngineClient Engine => Session.Engine;

    public ConfigFile Config => Session.Config;

    public bool Flag(string name) => Parsed.Flag(name);

    public string Text(string name) => Parsed.Text(name);

    public long Int(string name) => Parsed.Int(name);

    public IReadOnlyList<string> List(string name) => Parsed.List(name);

    public bool Has(string name) => Parsed.Has(name);
}
