using System.Text.RegularExpressions;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>The instructions that change the configuration only, and WORKDIR.</summary>
public sealed partial class Planner
{
    private void Setting(Context at)
    {
        switch (at.Instruction)
        {
            case ArgInstruction arg:
                Arg(at, arg);
                break;
            case EnvInstruction env:
                Env(at, env);
                break;
            case LabelInstruction label:
                Label(at, label);
                break;
            case CmdInstruction cmd:
                Cmd(at, cmd);
                break;
            case EntrypointInstruction entrypoint:
                Entrypoint(at, entrypoint);
                break;
            case HealthcheckInstruction healthcheck:
                Healthcheck(at, healthcheck);
                break;
            case ExposeInstruction expose:
                Expose(at, expose);
                break;
            case VolumeInstruction volume:
                Volume(at, volume);
                break;
            default:
                Simple(at);
                break;
        }
    }

    private void Simple(Context at)
    {
        var image = at.Stage.Image;
        switch (at.Instruction)
        {
            case UserInstruction user:
                image.User = Expand(at, user.User);
                Commit(at, $"USER {image.User}");
                break;
            case StopSignalInstruction stop:
                image.StopSignal = Signals.Check(Expand(at, stop.Signal));
                Commit(at, $"STOPSIGNAL {image.StopSignal}");
                break;
            case ShellInstruction shell:
                image.Shell = shell.Shell;
                Commit(at, $"SHELL {GoText.List(shell.Shell)}");
                break;
            case MaintainerInstruction maintainer:
                image.Author = maintainer.Author;
                Commit(at, $"MAINTAINER {image.Author}");
                break;
            case OnbuildInstruction onbuild:
                image.Onbuild.Add(onbuild.Trigger);
                break;
        }
    }

    private void Commit(Context at, string createdBy) => at.Stage.Image.Commit(createdBy, layer: false, at: _options.Epoch);

    private void Arg(Context at, ArgInstruction arg)
    {
        var shown = new List<string>();
        foreach (var definition in arg.Definitions)
        {
            NoSecret(at, "ARG", definition.Name);
            var value = _options.Arguments.GetValueOrDefault(definition.Name)
                ?? (definition.Default is null ? _globals.Values.Get(definition.Name) : Expand(at, definition.Default));
            if (value is not null && !ScanArguments.Contains(definition.Name))
            {
                at.Stage.Environment.Set(definition.Name, value);
            }

            at.Stage.Arguments.Add(new ArgDefinition(definition.Name, value));
            _arguments.Add(new PlannedArgument(definition.Name, value, arg));
            shown.Add(value is null ? definition.Name : $"{definition.Name}={value}");
        }

        Commit(at, $"ARG {string.Join(' ', shown)}");
    }

    private void Env(Context at, EnvInstruction env)
    {
        // All values see the environment as it was before.
        var pairs = env.Pairs.Select(p => p with { Key = Expand(at, p.Key), Value = Expand(at, p.Value) }).ToArray();
        foreach (var pair in pairs)
        {
            Legacy(at, pair, "ENV");
            NoSecret(at, "ENV", pair.Key);
            at.Stage.Environment.Set(pair.Key, pair.Value);
            at.Stage.Image.SetEnvironment(pair.Key, pair.Value);
        }

        Commit(at, $"ENV {string.Join(' ', pairs.Select(p => p.ToString()))}");
    }

    private void Label(Context at, LabelInstruction label)
    {
        var pairs = label.Pairs.Select(p => p with { Key = Expand(at, p.Key), Value = Expand(at, p.Value) }).ToArray();
        foreach (var pair in pairs)
        {
            Legacy(at, pair, "LABEL");
            (at.Stage.Image.Labels ??= [])[pair.Key] = pair.Value;
        }

        Commit(at, $"LABEL {string.Join(' ', pairs.Select(p => p.ToString()))}");
    }

    private void Legacy(Context at, KeyValue pair, string keyword)
    {
        if (pair.Legacy)
        {
            Warn(at, CheckRules.LegacyKeyValueFormat,
                $"\"{at.Instruction.Keyword} key=value\" should be used instead of legacy \"{at.Instruction.Keyword} key value\" format");
        }
    }

    private void NoSecret(Context at, string keyword, string name)
    {
        if (SecretName().IsMatch(name) && !HarmlessName().IsMatch(name))
        {
            Warn(at, CheckRules.SecretsUsedInArgOrEnv, $"Do not use ARG or ENV instructions for sensitive data ({keyword} {GoText.Quote(name)})");
        }
    }

    private void Cmd(Context at, CmdInstruction cmd)
    {
        at.Stage.LastCommand = OnlyOne(at, at.Stage.LastCommand);
        var words = WithShell(at, cmd.Command, recommendJson: true);
        at.Stage.Image.Command = words.Count == 0 ? null : words;
        at.Stage.Image.ArgsEscaped = true;
        Commit(at, $"CMD {GoText.Quote(words)}");
    }

    private void Entrypoint(Context at, EntrypointInstruction entrypoint)
    {
        at.Stage.LastEntrypoint = OnlyOne(at, at.Stage.LastEntrypoint);
        var words = WithShell(at, entrypoint.Command, recommendJson: true);
        at.Stage.Image.Entrypoint = words.Count == 0 ? null : words;
        if (at.Stage.LastCommand is null)
        {
            at.Stage.Image.Command = null;
        }

        Commit(at, $"ENTRYPOINT {GoText.Quote(words)}");
    }

    private void Healthcheck(Context at, HealthcheckInstruction instruction)
    {
        at.Stage.LastHealthcheck = OnlyOne(at, at.Stage.LastHealthcheck);
        var check = instruction.Healthcheck;
        at.Stage.Image.Healthcheck = check;
        // As Go's %q prints a pointer to the structure.
        var durations = new[] { check.Interval, check.Timeout, check.StartPeriod, check.StartInterval }.Select(d => GoText.Quote(GoText.Duration(d ?? 0)));
        Commit(at, $"HEALTHCHECK &{{{GoText.Quote(check.Test ?? [])} {string.Join(' ', durations)} {GoText.QuoteRune(check.Retries ?? 0)}}}");
    }

    /// <summary>Reports the earlier one of two, since it is the one without effect.</summary>
    private SourceRange OnlyOne(Context at, SourceRange? earlier)
    {
        if (earlier is { } range)
        {
            _checks.Add(CheckRules.MultipleInstructionsDisallowed, range,
                $"Multiple {at.Instruction.Keyword} instructions should not be used in the same stage because only the last one will be used",
                at.Instruction.Comments);
        }

        return at.Instruction.Range;
    }

    private IReadOnlyList<string> WithShell(Context at, CommandLine command, bool recommendJson)
    {
        if (!command.IsShell)
        {
            return command.Words;
        }

        if (recommendJson && at.Stage.Image.Shell is not { Count: > 0 })
        {
            Warn(at, CheckRules.JsonArgsRecommended,
                $"JSON arguments recommended for {at.Instruction.Keyword} to prevent unintended behavior related to OS signals");
        }

        return [.. at.Stage.Image.EffectiveShell, string.Join(' ', command.Words)];
    }

    private void Expose(Context at, ExposeInstruction expose)
    {
        var ports = expose.Ports.SelectMany(p => _expander.Words(p, at.Stage.Environment))
            .SelectMany(word => ExposedPorts.Parse(word, (rule, message) => Warn(at, rule, message))).ToArray();
        foreach (var port in ports)
        {
            (at.Stage.Image.ExposedPorts ??= [])[port] = new EmptyObject();
        }

        Commit(at, $"EXPOSE {GoText.List(ports)}");
    }

    private void Volume(Context at, VolumeInstruction volume)
    {
        var paths = volume.Paths.Select(p => Expand(at, p)).ToArray();
        if (paths.Contains(""))
        {
            throw CortenException.Invalid("VOLUME specified can not be an empty string");
        }

        foreach (var path in paths)
        {
            (at.Stage.Image.Volumes ??= [])[path] = new EmptyObject();
        }

        Commit(at, $"VOLUME {GoText.List(paths)}");
    }

    private void Workdir(Context at, WorkdirInstruction workdir)
    {
        var (stage, path) = (at.Stage, Expand(at, workdir.Path));
        if (!stage.WorkdirSet && !path.StartsWith('/'))
        {
            Warn(at, CheckRules.WorkdirRelativePath, $"Relative workdir {GoText.Quote(path)} can have unexpected results if the base image changes");
        }

        stage.WorkdirSet = true;
        var folder = Paths.Resolve(stage.Image.WorkingDirectory, path);
        // An absolute one is remembered as it is written.
        stage.Image.WorkingDirectory = path.StartsWith('/') ? path : folder;
        var layer = folder != "/";
        if (layer)
        {
            stage.Tip = new MakeDirectoryStep(stage.Tip)
            {
                Name = StepName(at, _expander), Instruction = at.Instruction.Text, Range = at.Instruction.Range, Platform = stage.Platform,
                IgnoreCache = stage.IgnoreCache, Place = Place(at), Path = folder, User = stage.Image.User,
            };
        }

        stage.Image.Commit($"WORKDIR {stage.Image.WorkingDirectory}", layer, at: _options.Epoch);
    }

    /// <summary>The instruction's text with its variables, for progress; as it is written where it does not expand.</summary>
    private string StepName(Context at, VariableExpander expander, string suffix = "", IVariables? variables = null)
    {
        var text = at.Instruction.Text + suffix;
        try
        {
            text = expander.Expand(text, variables ?? at.Stage.Environment).Text;
        }
        catch (CortenException)
        {
            // The text is shown, not used.
        }

        var space = text.IndexOf(' ');
        text = space < 0 ? text.ToUpperInvariant() : text[..space].ToUpperInvariant() + text[space..];
        return at.Stage.NextName(text, PlatformPrefix(at.Stage), at.Onbuild);
    }

    [GeneratedRegex("(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("(?:_|^)(?:public|file|version)(?:_|$)", RegexOptions.IgnoreCase)]
    private static partial Regex HarmlessName();
}
