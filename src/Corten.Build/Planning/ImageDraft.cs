using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>
/// The configuration of an image in the making: begins as its base's, and each instruction changes it. A stage that builds upon another
/// works on a copy.
/// </summary>
public sealed class ImageDraft
{
    private const string BuilderComment = "buildkit.dockerfile.v0";

    private ImageConfig _base;
    private readonly List<HistoryEntry> _history = [];
    private readonly List<string> _environment = [];
    private readonly Dictionary<string, int> _places = [];

    private ImageDraft(ImageConfig start)
    {
        _base = start;
        _history.AddRange(start.History ?? []);
        var defaults = start.Config ?? new ContainerDefaults();
        foreach (var assignment in defaults.Env ?? [])
        {
            var equals = assignment.IndexOf('=');
            Place(equals < 0 ? assignment : assignment[..equals], assignment);
        }

        Labels = defaults.Labels is null ? null : new(defaults.Labels);
        ExposedPorts = defaults.ExposedPorts is null ? null : new(defaults.ExposedPorts);
        Volumes = defaults.Volumes is null ? null : new(defaults.Volumes);
        Onbuild = [.. defaults.OnBuild ?? []];
        (User, WorkingDirectory, Entrypoint, Command) = (defaults.User ?? "", defaults.WorkingDir ?? "", defaults.Entrypoint, defaults.Cmd);
        (StopSignal, Healthcheck, Shell, ArgsEscaped) = (defaults.StopSignal, defaults.Healthcheck, defaults.Shell, defaults.ArgsEscaped);
        Author = start.Author;
    }

    public Dictionary<string, string>? Labels { get; set; }

    public Dictionary<string, EmptyObject>? ExposedPorts { get; set; }

    public Dictionary<string, EmptyObject>? Volumes { get; set; }

    public List<string> Onbuild { get; }

    public string User { get; set; }

    public string WorkingDirectory { get; set; }

    public IReadOnlyList<string>? Entrypoint { get; set; }

    public IReadOnlyList<string>? Command { get; set; }

    public string? StopSignal { get; set; }

    public ImageHealthcheck? Healthcheck { get; set; }

    public IReadOnlyList<string>? Shell { get; set; }

    public bool? ArgsEscaped { get; set; }

    public string? Author { get; set; }

    public Platform Platform => _base.Platform;

    public IReadOnlyList<string> EffectiveShell => Shell is { Count: > 0 } ? Shell : ["/bin/sh", "-c"];

    public static ImageDraft Empty(Platform platform) => new(new ImageConfig
    {
        Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant,
        Config = new ContainerDefaults { WorkingDir = "/", Env = [$"PATH={DefaultPath}"] },
    });

    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static ImageDraft From(ImageConfig config) => new(config with { Created = null });

    public ImageDraft Clone() => new(Finish());

    public void SetPlatform(Platform platform) => _base = _base with
    {
        Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant, OsVersion = platform.OsVersion,
    };

    public IReadOnlyList<string> Environment => _environment;

    public bool HasEnvironment(string name) => _places.ContainsKey(name);

    public void SetEnvironment(string name, string value) => Place(name, $"{name}={value}");

    private void Place(string name, string assignment)
    {
        if (_places.TryAdd(name, _environment.Count))
        {
            _environment.Add(assignment);
            return;
        }

        _environment[_places[name]] = assignment;
    }

    /// <summary>Adds to the history. The time is the layer's; it is filled in when the image is put together.</summary>
    public void Commit(string createdBy, bool layer, bool builderMark = false, DateTimeOffset? at = null) => _history.Add(new HistoryEntry
    {
        CreatedBy = createdBy + (builderMark ? " # buildkit" : ""), Comment = BuilderComment, EmptyLayer = layer ? null : true, Created = at,
    });

    /// <summary>The newest entry of the history; null while there is none.</summary>
    public HistoryEntry? LastCommit => _history.Count == 0 ? null : _history[^1];

    /// <summary>The configuration as it stands; layers are the base's.</summary>
    /// <remarks>What engines keep in a configuration beyond the image-spec is not taken over from a base.</remarks>
    public ImageConfig Finish() => new()
    {
        Architecture = _base.Architecture, Variant = _base.Variant, Os = _base.Os, OsVersion = _base.OsVersion, OsFeatures = _base.OsFeatures,
        RootFs = _base.RootFs,
        Author = Author,
        History = [.. _history],
        Config = new ContainerDefaults
        {
            Env = [.. _environment], Labels = Labels, ExposedPorts = ExposedPorts, Volumes = Volumes,
            OnBuild = Onbuild.Count == 0 ? null : [.. Onbuild],
            User = User.Length == 0 ? null : User, WorkingDir = WorkingDirectory.Length == 0 ? null : WorkingDirectory,
            Entrypoint = Entrypoint, Cmd = Command, StopSignal = StopSignal, Healthcheck = Healthcheck, Shell = Shell, ArgsEscaped = ArgsEscaped,
        },
    };
}
