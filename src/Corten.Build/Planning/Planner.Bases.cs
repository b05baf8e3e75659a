using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>Where a stage begins: another stage, nothing, a named context, an image.</summary>
public sealed partial class Planner
{
    private async Task<PlannedStage> BeginAsync(int index, CancellationToken cancellation)
    {
        var stage = _program.Stages[index];
        var from = stage.From;
        try
        {
            var name = BaseName(from);
            var platform = StagePlatform(from) ?? _platform;
            if (from.Name is not null && ContextFor(from.Name) is { } replacement)
            {
                return await FromContextAsync(index, replacement, from.Name, platform, cancellation);
            }

            var parent = StageNamed(name, index);
            return parent >= 0 ? await FromStageAsync(index, parent, cancellation)
                : name == "scratch" ? FromScratch(index, platform)
                : ContextFor(name) is { } context ? await FromContextAsync(index, context, name, platform, cancellation)
                : await FromImageAsync(index, name, null, platform, cancellation);
        }
        catch (CortenException e) when (e is not DockerfileException)
        {
            throw new DockerfileException(e.Message, from.Range, e);
        }
    }

    private string BaseName(FromInstruction from)
    {
        var name = _expander.Expand(from.Base, _globals.Values);
        BaseChecks.UndeclaredArguments(from, name, _globals, _checks);
        return name.Text.Length > 0 ? name.Text : throw CortenException.Invalid($"base name ({from.Base}) should not be blank");
    }

    private Platform? StagePlatform(FromInstruction from)
    {
        if (from.Platform is null)
        {
            return null;
        }

        var expansion = _expander.Expand(from.Platform, _globals.Values);
        BaseChecks.PlatformFlag(from, expansion, _globals, _checks);
        if (expansion.Text.Length == 0)
        {
            throw new DockerfileException(Suggestion.Append($"empty platform value from expression {from.Platform}",
                expansion.Unmatched.FirstOrDefault() ?? "", _globals.Values.Names), from.Range);
        }

        try
        {
            return Platform.Parse(expansion.Text);
        }
        catch (CortenException e)
        {
            throw new DockerfileException($"failed to parse platform {from.Platform}: {e.Message}", from.Range, e);
        }
    }

    private async Task<PlannedStage> FromStageAsync(int index, int other, CancellationToken cancellation)
    {
        var parent = await StageAsync(other, cancellation);
        var stage = NewStage(index, parent.Platform, parent.Tip, parent.Image.Clone(), parent.Environment.Clone());
        stage.Base = other;
        stage.Arguments.AddRange(parent.Arguments);
        stage.Triggers.AddRange(parent.Image.Onbuild);
        stage.WorkdirSet = parent.WorkdirSet;
        return stage;
    }

    private PlannedStage FromScratch(int index, Platform platform) =>
        FromImageConfig(index, platform, new ScratchStep { Name = "FROM scratch", Platform = platform }, ImageDraft.Empty(platform));

    private async Task<PlannedStage> FromImageAsync(int index, string name, string? context, Platform platform, CancellationToken cancellation)
    {
        var from = _program.Stages[index].From;
        BaseImage image;
        try
        {
            image = await ImageAsync(name, platform, cancellation);
        }
        catch (CortenException e) when (ImageReference.TryParse(name, out _))
        {
            var known = _program.Stages.Select(s => s.From.Name).OfType<string>().Concat(BaseChecks.CommonImages);
            var message = context is null ? $"{name}: {e.Message}" : e.Message;
            throw new DockerfileException(e.Kind == ErrorKind.NotFound ? Suggestion.Append(message, name, known) : message, from.Range, e);
        }

        var actual = image.Config.Platform;
        if (from.Platform is null && _options.Platform is null)
        {
            platform = actual;
        }
        else if (actual.Os != platform.Os || actual.Architecture != platform.Architecture)
        {
            _checks.Add(CheckRules.InvalidBaseImagePlatform, from.Range,
                $"Base image {name} was pulled with platform {GoText.Quote(actual.ToString())}, expected {GoText.Quote(platform.ToString())} for current build", from.Comments);
        }

        var stage = FromImageConfig(index, platform, null, ImageDraft.From(image.Config));
        stage.Total++;
        stage.Tip = ImageStepFor(image, platform, stage.NextName($"FROM {image.Reference}@{image.Digest}", PlatformPrefix(stage), onbuild: false), from.Range);
        return stage;
    }

    private async Task<PlannedStage> FromContextAsync(int index, NamedContext context, string name, Platform platform, CancellationToken cancellation)
    {
        switch (context)
        {
            case ImageContext image:
                return await FromImageAsync(index, image.Reference, name, platform, cancellation);
            case OciLayoutContext layout:
                var found = await _sources.ResolveLayoutAsync(layout, platform, cancellation);
                _used.Add(found);
                var stage = FromImageConfig(index, platform, null, ImageDraft.From(found.Config));
                stage.Tip = ImageStepFor(found, platform, $"FROM {name}", _program.Stages[index].From.Range);
                return stage;
            case BuiltContext built:
                return FromImageConfig(index, platform, ContextStep(built, name), ImageDraft.From(built.Config));
            case TargetContext target when StageNamed(target.Stage, index) is >= 0 and var other:
                return await FromStageAsync(index, other, cancellation);
            default:
                return FromImageConfig(index, platform, ContextStep(context, name), ImageDraft.Empty(platform));
        }
    }

    private PlannedStage FromImageConfig(int index, Platform platform, Step? tip, ImageDraft image)
    {
        if (!image.HasEnvironment("PATH"))
        {
            image.SetEnvironment("PATH", ImageDraft.DefaultPath);
        }

        var placeholder = tip ?? new ScratchStep { Name = "", Platform = platform };
        var stage = NewStage(index, platform, placeholder, image, new Variables(image.Environment));
        stage.Triggers.AddRange(image.Onbuild);
        if (image.WorkingDirectory.Length > 0)
        {
            image.WorkingDirectory = Paths.Resolve("/", image.WorkingDirectory);
        }

        return stage;
    }

    private PlannedStage NewStage(int index, Platform platform, Step tip, ImageDraft image, Variables environment)
    {
        var stage = _program.Stages[index];
        return new PlannedStage
        {
            Stage = stage, Name = _single ? "" : stage.From.Name ?? $"stage-{index}", Platform = platform, Tip = tip, Image = image,
            Environment = environment, Total = stage.Instructions.Count(IsShown),
            IgnoreCache = _options.NoCache || _options.NoCacheStages.Contains(stage.From.Name ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>The tree that <c>--from</c> or a mount's <c>from</c> names.</summary>
    private async Task<Step> TreeNamedAsync(Context at, string name, bool byNumber, string what, CancellationToken cancellation)
    {
        var index = byNumber && int.TryParse(name, out var number)
            ? number >= 0 && number < _program.Stages.Count ? number : throw CortenException.Invalid($"invalid stage index {number}")
            : StageNamed(name, _program.Stages.Count);
        if (index >= 0)
        {
            if (index > at.StageIndex && !Reaches(index, at.StageIndex))
            {
                throw CortenException.Invalid(what);
            }

            return (await StageAsync(index, cancellation)).Tip;
        }

        if (_outside.TryGetValue(name, out var known))
        {
            return known;
        }

        return _outside[name] = await OutsideAsync(name, at, cancellation);
    }

    private async Task<Step> OutsideAsync(string name, Context at, CancellationToken cancellation)
    {
        var platform = at.Stage.Platform;
        switch (ContextFor(name))
        {
            case null when name == "scratch":
                return new ScratchStep { Name = "FROM scratch", Platform = platform };
            case null:
                try
                {
                    return await ImageAsync(name);
                }
                catch (CortenException e) when (ImageReference.TryParse(name, out _))
                {
                    throw new DockerfileException($"{name}: {e.Message}", at.Instruction.Range, e);
                }

            case ImageContext image:
                return await ImageAsync(image.Reference);
            case OciLayoutContext layout:
                return ImageStepFor(await _sources.ResolveLayoutAsync(layout, platform, cancellation), platform, $"FROM {name}", at.Instruction.Range);
            case TargetContext target when StageNamed(target.Stage, _program.Stages.Count) is >= 0 and var other:
                return (await StageAsync(other, cancellation)).Tip;
            case var context:
                return ContextStep(context, name);
        }

        async Task<Step> ImageAsync(string reference)
        {
            var image = await this.ImageAsync(reference, platform, cancellation);
            return ImageStepFor(image, platform, $"FROM {image.Reference}@{image.Digest}", at.Instruction.Range);
        }
    }

    private bool Reaches(int from, int to)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>([from]);
        while (open.TryPop(out var index))
        {
            if (index == to)
            {
                return true;
            }

            if (seen.Add(index))
            {
                Dependencies(index).ToList().ForEach(open.Push);
            }
        }

        return false;
    }

    private Step ContextStep(NamedContext context, string name)
    {
        switch (context)
        {
            case LocalContext local:
                if (!_locals.TryGetValue(local.Name, out var step))
                {
                    var title = local.Name == LocalStep.MainContext ? "[internal] load build context" : $"[context {name}] load from client";
                    _locals[local.Name] = step = new LocalStep { Name = title, ContextName = local.Name, Platform = _platform, Paths = new HashSet<string>() };
                }

                return step;
            case BuiltContext built:
                return new BuiltStep { Name = $"[context {name}] result of another build", Tree = built.Tree, Platform = _platform };
            case RemoteContext remote when GitReference.TryParse(remote.Url) is { } git:
                return new GitStep { Name = $"[context {name}] {remote.Url}", Reference = git, Platform = _platform, KeepGitDir = git.KeepGitDir ?? false };
            case RemoteContext remote:
                return new HttpStep { Name = $"[context {name}] {remote.Url}", Url = remote.Url, FileName = "context", Platform = _platform };
            default:
                throw CortenException.Invalid($"unsupported context source target for {name}");
        }
    }

    /// <summary>The build context, with the path noted that an instruction takes from it.</summary>
    private Step MainContext(string path)
    {
        if (_options.MainContext is { } elsewhere and not LocalContext)
        {
            if (!_outside.TryGetValue("\0context", out var step))
            {
                _outside["\0context"] = step = ContextStep(elsewhere, LocalStep.MainContext);
            }

            return step;
        }

        var local = (LocalStep)ContextStep(new LocalContext(LocalStep.MainContext), LocalStep.MainContext);
        ((HashSet<string>)local.Paths!).Add(Paths.Resolve("/", path)[1..]);
        return local;
    }

    private NamedContext? ContextFor(string name)
    {
        if (_options.NamedContexts.Count == 0)
        {
            return null;
        }

        var names = new List<string> { name };
        if (ImageReference.TryParse(name, out var reference))
        {
            names.AddRange([reference.Familiar, reference.WithDefaultTag().Familiar, reference.ToString(), reference.WithDefaultTag().ToString()]);
            if (reference.Tag == ImageReference.DefaultTag)
            {
                names.Add(reference.FamiliarRepository);
            }
        }

        return names.SelectMany(n => new[] { $"{n}::{_platform}", n })
            .Select(n => _options.NamedContexts.GetValueOrDefault(n)).FirstOrDefault(c => c is not null);
    }

    private Task<BaseImage> ImageAsync(string name, Platform platform, CancellationToken cancellation)
    {
        try
        {
            ImageReference.Parse(name);
        }
        catch (CortenException e)
        {
            throw CortenException.Invalid($"failed to parse stage name {GoText.Quote(name)}: {e.Message}", e);
        }

        var key = (name, platform.ToString());
        if (!_images.TryGetValue(key, out var task))
        {
            _images[key] = task = _sources.ResolveImageAsync(name, platform, cancellation);
        }

        return task;
    }

    private ImageStep ImageStepFor(BaseImage image, Platform platform, string name, SourceRange range)
    {
        if (!_used.Exists(u => u.Digest == image.Digest))
        {
            _used.Add(image);
        }

        return new ImageStep { Name = name, Instruction = $"FROM {image.Reference}", Image = image, Platform = platform, Range = range };
    }
}
