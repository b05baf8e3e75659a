using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Ignore;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>COPY and ADD.</summary>
public sealed partial class Planner
{
    private async Task CopyAsync(Context at, CopyInstruction copy, CancellationToken cancellation)
    {
        var expanded = copy with
        {
            Chown = ExpandOrNull(at, copy.Chown), Chmod = ExpandOrNull(at, copy.Chmod), Destination = Expand(at, copy.Destination),
            Sources = [.. copy.Sources.Select(s => Expand(at, s))],
        };
        var sources = new List<CopySource>();
        Step? tree = null;
        if (copy.From is not null)
        {
            if (_expander.Expand(copy.From, NoVariables.Instance).Text != copy.From)
            {
                throw CortenException.Invalid(
                    "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround");
            }

            tree = await TreeNamedAsync(at, copy.From, byNumber: true,
                $"cannot copy from stage {GoText.Quote(copy.From)}, it needs to be defined before current stage {GoText.Quote(at.Stage.Name)}", cancellation);
        }

        foreach (var source in expanded.Sources)
        {
            if (GitReference.TryParse(source) is not null)
            {
                throw CortenException.Invalid("source can't be a git ref for COPY");
            }

            if (IsHttp(source))
            {
                throw CortenException.Invalid("source can't be a URL for COPY");
            }

            sources.Add(LocalSource(at, expanded, source, tree, unpack: false, expanded.Parents));
        }

        Transfer(at, expanded, sources, (expanded.Parents ? " --parents" : ""), isAdd: false);
    }

    private Task AddAsync(Context at, AddInstruction add, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var expanded = add with
        {
            Chown = ExpandOrNull(at, add.Chown), Chmod = ExpandOrNull(at, add.Chmod), Checksum = ExpandOrNull(at, add.Checksum),
            Destination = Expand(at, add.Destination), Sources = [.. add.Sources.Select(s => Expand(at, s))],
        };
        CheckChecksum(expanded);
        var sources = new List<CopySource>();
        foreach (var source in expanded.Sources)
        {
            sources.Add(
                GitReference.TryParse(source) is { } git ? GitSource(at, expanded, source, git)
                : IsHttp(source) ? HttpSource(at, expanded, source)
                : LocalSource(at, expanded, source, null, expanded.Unpack ?? true, parents: false));
        }

        Transfer(at, expanded, sources, "", isAdd: true);
        return Task.CompletedTask;
    }

    private string? ExpandOrNull(Context at, string? word) => word is null ? null : Expand(at, word);

    private static void CheckChecksum(AddInstruction add)
    {
        if (string.IsNullOrEmpty(add.Checksum))
        {
            return;
        }

        if (add.Sources.Count != 1)
        {
            throw CortenException.Invalid("checksum can't be specified for multiple sources");
        }

        if (!IsHttp(add.Sources[0]) && GitReference.TryParse(add.Sources[0]) is null)
        {
            throw CortenException.Invalid("checksum requires HTTP(S) or Git sources");
        }
    }

    private CopySource LocalSource(Context at, TransferInstruction transfer, string source, Step? tree, bool unpack, bool parents)
    {
        if (tree is null)
        {
            CheckIgnored(at, source, transfer is AddInstruction);
        }

        var (path, pattern) = (source, null as string);
        if (parents)
        {
            var pivot = source.IndexOf("/./", StringComparison.Ordinal);
            (path, pattern) = pivot < 0 ? ("/", source) : (source[..pivot], source[(pivot + 3)..]);
            pattern = Paths.Resolve("/", pattern)[1..];
        }

        var clean = Paths.Resolve("/", path);
        return new CopySource(tree ?? MainContext(parents ? Paths.Resolve(clean, pattern!) : clean), clean)
        {
            Unpack = unpack, ParentsPattern = pattern, Written = source,
        };
    }

    /// <summary>Inclusions make it undecidable from the patterns alone, so then nothing is said.</summary>
    private void CheckIgnored(Context at, string source, bool isAdd)
    {
        if (_ignored.IsEmpty || _ignored.HasInclusions)
        {
            return;
        }

        var path = IgnorePatterns.CleanPath(source);
        path = path.TrimStart('/') is { Length: > 0 } relative ? relative : ".";
        if (path == "." ? _ignored.CoversRoot : _ignored.Matches(path))
        {
            Warn(at, CheckRules.CopyIgnoredFile, $"Attempting to {(isAdd ? "Add" : "Copy")} file {GoText.Quote(IgnorePatterns.CleanPath(source))} that is excluded by .dockerignore");
        }
    }

    private CopySource HttpSource(Context at, AddInstruction add, string url)
    {
        var checksum = string.IsNullOrEmpty(add.Checksum) ? default : Digest.Parse(add.Checksum);
        var name = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? Path.GetFileName(uri.AbsolutePath) : "";
        name = name.Length > 0 ? Uri.UnescapeDataString(name) : "__unnamed__";
        name = name.Contains('/') || name is "." or ".." ? "__unnamed__" : name;
        if (name == "__unnamed__" && add.Destination.EndsWith('/'))
        {
            throw CortenException.Invalid($"cannot determine filename for source {GoText.Quote(url)}");
        }

        var step = new HttpStep { Name = url, Url = url, FileName = name, Checksum = checksum, Platform = at.Stage.Platform, Range = add.Range };
        return new CopySource(step, "/" + name) { Wildcards = false, Unpack = add.Unpack ?? false, Written = url };
    }

    private CopySource GitSource(Context at, AddInstruction add, string source, GitReference git)
    {
        var step = new GitStep
        {
            Name = source, Reference = git, Checksum = add.Checksum ?? git.Checksum, Platform = at.Stage.Platform, Range = add.Range,
            KeepGitDir = add.KeepGitDir ?? git.KeepGitDir ?? false,
        };
        return new CopySource(step, "/") { Wildcards = false, Written = source };
    }

    private void Transfer(Context at, TransferInstruction transfer, List<CopySource> sources, string flags, bool isAdd)
    {
        var stage = at.Stage;
        FileModes.Check(transfer.Chmod);
        foreach (var document in transfer.Documents)
        {
            var content = document.Expand ? ExpandDocument(at, document) : document.Body;
            var step = new InlineStep { Name = "[internal] preparing inline document", FileName = document.Name, Content = content, Platform = stage.Platform, IgnoreCache = stage.IgnoreCache };
            sources.Add(new CopySource(step, "/" + document.Name) { Wildcards = false, Written = "<<" + document.Name });
        }

        stage.Tip = new CopyStep(stage.Tip)
        {
            Name = StepName(at, _expander), Instruction = at.Instruction.Text, Range = transfer.Range, Platform = stage.Platform,
            IgnoreCache = stage.IgnoreCache, Place = Place(at), Sources = sources,
            Destination = Paths.ResolveDestination(stage.Image.WorkingDirectory, transfer.Destination),
            Chown = transfer.Chown is { Length: > 0 } ? transfer.Chown : null, Chmod = transfer.Chmod is { Length: > 0 } ? transfer.Chmod : null,
            Link = transfer.Link && string.IsNullOrEmpty(transfer.Chmod), Excludes = transfer.Excludes, IsAdd = isAdd,
        };
        var history = (isAdd ? "ADD" : "COPY") + flags
            + (string.IsNullOrEmpty(transfer.Chown) ? "" : $" --chown={transfer.Chown}")
            + (string.IsNullOrEmpty(transfer.Chmod) ? "" : $" --chmod={transfer.Chmod}")
            + string.Concat(sources.Select(s => " " + s.Written)) + " " + transfer.Destination;
        stage.Image.Commit(history, layer: true, builderMark: true, at: _options.Epoch);
    }

    private string ExpandDocument(Context at, Heredoc document)
    {
        var expansion = new VariableExpander('\\') { IgnoreQuotes = true }.Expand(document.Body, at.Stage.Environment);
        ReportUnset(at, expansion.Unmatched);
        return expansion.Text;
    }

    private static bool IsHttp(string source) =>
        source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal);
}
