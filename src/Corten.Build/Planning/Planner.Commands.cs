using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Instructions;
using Corten.Oci.Errors;

namespace Corten.Build.Planning;

/// <summary>RUN and its mounts.</summary>
public sealed partial class Planner
{
    private const string InlineScripts = "/dev/pipes";

    private static readonly string[] ProxyNames = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    private async Task RunAsync(Context at, RunInstruction run, CancellationToken cancellation)
    {
        var stage = at.Stage;
        var mounts = new List<StepMount>();
        foreach (var text in run.Mounts)
        {
            mounts.Add(await MountAsync(at, RunMount.Parse(text, run.Range, value => Expand(at, value)), cancellation));
        }

        CheckEntitlements(run);
        var (arguments, suffix) = Command(at, run.Command, mounts);
        if (arguments.Count == 0)
        {
            throw CortenException.Invalid("failed to marshal LLB definition: arguments are required");
        }

        var masked = Masked(stage.Environment, mounts);
        stage.Tip = new RunStep(stage.Tip)
        {
            Name = StepName(at, new VariableExpander(_program.Text.Escape) { KeepQuotes = true, KeepUnset = true }, suffix, masked),
            Instruction = at.Instruction.Text, Range = run.Range, Platform = stage.Platform, IgnoreCache = stage.IgnoreCache, Place = Place(at),
            Arguments = arguments, Environment = stage.Environment.ToAssignments(), ProxyEnvironment = Proxies(), Mounts = mounts,
            Directory = Paths.Resolve("/", stage.Image.WorkingDirectory), User = stage.Image.User,
            Network = run.Network is null or "default" ? _options.Network : run.Network, Insecure = run.Security == "insecure",
            Hostname = _options.Hostname ?? "buildkitsandbox", ExtraHosts = _options.ExtraHosts, Limits = _options.Limits,
        };
        stage.Image.Commit("RUN " + HistoryOf(stage, arguments), layer: true, builderMark: true, at: _options.Epoch);
    }

    private void CheckEntitlements(RunInstruction run)
    {
        var wanted = run.Network == "host" ? "network.host" : run.Security == "insecure" ? "security.insecure" : null;
        if (wanted is not null && !_options.Entitlements.Contains(wanted))
        {
            throw CortenException.Invalid($"granting entitlement {wanted} is not allowed by build daemon configuration");
        }

        if (run.Devices.Count > 0)
        {
            throw CortenException.Invalid("device is not allowed: no device was granted to this build");
        }
    }

    /// <summary>What is executed, and what progress adds to the instruction's text.</summary>
    private (IReadOnlyList<string> Arguments, string Suffix) Command(Context at, CommandLine command, List<StepMount> mounts)
    {
        if (command.Heredocs.Count == 0 || !command.IsShell)
        {
            return (WithShell(at, command, recommendJson: false), "");
        }

        var first = command.Heredocs[0];
        if (Dockerfile.Syntax.Heredoc.Parse(command.Words[0]) is null)
        {
            // The shell reads the documents itself.
            var text = command.Words[0] + string.Concat(command.Heredocs.Select(h => $"\n{h.Content}{h.Name}"));
            return ([.. at.Stage.Image.EffectiveShell, text], "");
        }

        var summary = $" ({Summary(first.Content)})";
        if (!first.Body.StartsWith("#!", StringComparison.Ordinal))
        {
            return ([.. at.Stage.Image.EffectiveShell, first.Body], summary);
        }

        var script = new InlineStep
        {
            Name = "[internal] preparing inline document", FileName = first.Name, Content = first.Body, Mode = 0x1ED, Platform = at.Stage.Platform, // 0755
        };
        mounts.Add(new StepMount(new RunMount { Target = InlineScripts, ReadOnly = true, Source = "/" }, script));
        return ([.. at.Stage.Image.EffectiveShell, $"{InlineScripts}/{first.Name}"], summary);
    }

    private static string Summary(string document)
    {
        var lines = document.Trim().Split('\n');
        return lines[0].TrimEnd('\r') + (lines.Length > 1 ? "..." : "");
    }

    private static string HistoryOf(PlannedStage stage, IReadOnlyList<string> arguments)
    {
        var values = new List<string>();
        foreach (var name in stage.Arguments.Select(a => a.Name).Distinct())
        {
            values.Add($"{name}={stage.Environment.Get(name) ?? stage.Arguments.Last(a => a.Name == name).Default}");
        }

        var prefix = values.Count == 0 ? "" : $"|{values.Count} {string.Join(' ', values)} ";
        return prefix + string.Join(' ', arguments);
    }

    private List<string> Proxies()
    {
        var found = new List<string>();
        foreach (var (name, value) in _options.Arguments.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            if (ProxyNames.Contains(name.ToUpperInvariant()))
            {
                found.AddRange([$"{name.ToUpperInvariant()}={value}", $"{name.ToLowerInvariant()}={value}"]);
            }
        }

        return found;
    }

    private async Task<StepMount> MountAsync(Context at, RunMount mount, CancellationToken cancellation)
    {
        Step? source = null;
        if (mount.From.Length > 0 && mount.Type is RunMountType.Bind or RunMountType.Cache)
        {
            source = await TreeNamedAsync(at, mount.From, byNumber: false,
                $"cannot mount from stage {GoText.Quote(mount.From)} to {GoText.Quote(mount.Target)}, stage needs to be defined before current command", cancellation);
        }
        else if (mount.Type == RunMountType.Bind)
        {
            source = MainContext(mount.Source.Length == 0 ? "/" : mount.Source);
        }

        var target = mount.Type is RunMountType.Secret or RunMountType.Ssh ? SecretTarget(mount) : mount.Target;
        if (target.Length > 0 || mount.Type is not (RunMountType.Secret or RunMountType.Ssh))
        {
            target = Paths.Resolve(at.Stage.Image.WorkingDirectory, target);
        }

        if (target == "/")
        {
            throw CortenException.Invalid($"invalid mount target {GoText.Quote(target)}");
        }

        return new StepMount(mount with
        {
            Target = target, Id = IdOf(mount), Source = Paths.Resolve("/", mount.Type == RunMountType.Secret ? "/" : mount.Source),
        }, source);
    }

    private string IdOf(RunMount mount) => mount.Type switch
    {
        RunMountType.Cache => $"{_options.Arguments.GetValueOrDefault("BUILDKIT_CACHE_MOUNT_NS")}/{(mount.Id.Length > 0 ? mount.Id : Dockerfile.Ignore.IgnorePatterns.CleanPath(mount.Target))}",
        RunMountType.Secret => mount.Source.Length > 0 ? mount.Source : mount.Id.Length > 0 ? mount.Id : Path.GetFileName(mount.Target),
        RunMountType.Ssh => mount.Id.Length > 0 ? mount.Id : "default",
        _ => mount.Id,
    };

    /// <summary>Where a secret's file goes; empty if it goes to a variable only. An agent's socket gets its place when it is run.</summary>
    private static string SecretTarget(RunMount mount) =>
        mount.Target.Length > 0 ? mount.Target
        : mount.Type == RunMountType.Ssh || mount.Env is not null ? ""
        : "/run/secrets/" + Path.GetFileName(mount.Source.Length > 0 ? mount.Source : mount.Id);

    /// <summary>The environment with the variables that secrets will set masked: progress must not show an older value as if it were used.</summary>
    private static Variables Masked(Variables environment, IEnumerable<StepMount> mounts)
    {
        var masked = environment.Clone();
        foreach (var mount in mounts.Where(m => m.Mount is { Type: RunMountType.Secret, Env: not null }))
        {
            masked.Set(mount.Mount.Env is { Length: > 0 } name ? name : mount.Mount.Id, "****");
        }

        return masked;
    }
}
