using System.Text;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Client;
using Corten.Linux;
using Corten.Linux.Terminals;

namespace Corten.Cli.Shell;

/// <summary>
/// What one run of the program holds: its streams, the global options, the configuration and the connection. Each is made when a command
/// first asks for it.
/// </summary>
/// <param name="output">Standard output; descriptor 1 unless given.</param>
/// <param name="errors">Standard error; descriptor 2 unless given.</param>
/// <param name="input">Standard input; descriptor 0 unless given.</param>
internal sealed class Session(Stream? output = null, Stream? errors = null, Stream? input = null) : IDisposable
{
    private const int DefaultWidth = 80;

    private TextWriter? outWriter;
    private TextWriter? errWriter;
    private ConfigFile? config;
    private EngineClient? engine;
    private Endpoint? endpoint;

    /// <summary>The options before the command.</summary>
    public Arguments Global { get; set; } = new(Commands.Root.Define());

    /// <summary>Bytes to standard output, unbuffered. Flush <see cref="Out"/> before writing here.</summary>
    public Stream OutBytes { get; } = output ?? new StandardOutput(1);

    public Stream ErrBytes { get; } = errors ?? new StandardOutput(2);

    public TextWriter Out => outWriter ??= Writer(OutBytes);

    public TextWriter Err => errWriter ??= Writer(ErrBytes);

    /// <summary>Standard input as it is: no translation by a console.</summary>
    public Stream In { get; } = input ?? new StandardInput();

    public bool InIsTerminal => In is StandardInput && TerminalMode.IsTerminal(0);

    public bool OutIsTerminal => OutBytes is StandardOutput && TerminalMode.IsTerminal(1);

    public int Width => TerminalSize.Of(1)?.Columns is { } columns and > 0 ? columns : DefaultWidth;

    public bool Debug => Global.Flag("debug") || Environment.GetEnvironmentVariable("DEBUG") is { Length: > 0 };

    public ConfigFile Config => config ??= ConfigFile.Load(ConfigDirectory, Err);

    /// <summary>Where config.json, contexts and credentials are: <c>--config</c>, DOCKER_CONFIG, else <c>~/.docker</c>.</summary>
    public string ConfigDirectory
    {
        get
        {
            if (Global.Has("config"))
            {
                return Global.Text("config");
            }
            return Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } directory ? directory
                : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".docker");
        }
    }

    public Endpoint Endpoint => endpoint ??= EndpointResolver.Resolve(this);

    public EngineClient Engine => engine ??= new EngineClient(new EngineClientOptions
    {
        Address = Endpoint.Address,
        Tls = Endpoint.Tls,
        ApiVersion = Environment.GetEnvironmentVariable("DOCKER_API_VERSION") is { Length: > 0 } asked ? asked : EngineClientOptions.NewestVersion,
        UserAgent = $"Corten-Client/{Product.Version} (linux)",
        Headers = Config.HttpHeaders,
        WhenNobodyListens = Endpoint.IsDefault ? DaemonStarter.TryStart : null,
    });

    public void Flush()
    {
        outWriter?.Flush();
        errWriter?.Flush();
    }

    public void Dispose()
    {
        try
        {
            Flush();
        }
        catch (Exception failure) when (failure is IOException or LinuxException)
        {
            // The reader of our output has gone (a pipe into head): nobody is left to tell.
        }
        engine?.Dispose();
    }

    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false), 4096) { AutoFlush = false, NewLine = "\n" };
}
