using Corten.Build.CacheTransfer;
using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Ignore;
using Corten.Build.Planning;
using Corten.Build.Solving;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Layers;

namespace Corten.Build.Execution;

/// <summary>Does the steps of one build: says what each depends on, finds bases and contexts, runs the rest.</summary>
public sealed class StepExecutor(
    LayerStore layers, BuildCache cache, TreeViews views, RunExecutor runs, RemoteSources remotes, IBuildClient client, IBuildProgress progress, DateTimeOffset? epoch,
    ImportedCache? imports = null) : IStepExecutor
{
    private readonly CopyExecutor _copies = new(views, epoch);
    private readonly Dictionary<string, ContextFolder> _contexts = [];

    public async Task DescribeAsync(Step step, IReadOnlyDictionary<Step, Tree> inputs, KeyBuilder key, CancellationToken cancellation)
    {
        key.Add("platform", step.Platform.ToString());
        switch (step)
        {
            case RunStep run:
                await Task.Run(() => DescribeRun(run, inputs, key, cancellation), cancellation);
                break;
            case CopyStep copy:
                await Task.Run(() => DescribeCopy(copy, inputs, key, cancellation), cancellation);
                break;
            case MakeDirectoryStep make:
                key.Add("step", "mkdir").Add("parent", inputs[make.Parent].Identity).Add("path", make.Path).Add("user", make.User).Add("epoch", Epoch);
                break;
            case InlineStep inline:
                key.Add("step", "inline").Add("name", inline.FileName).Add("content", inline.Content).Add("mode", Convert.ToString(inline.Mode, 8));
                break;
            default:
                await remotes.DescribeAsync(step, key, client.Secrets, cancellation);
                break;
        }
    }

    public async Task<Tree?> ProvideAsync(Step step, BuildVertex vertex, CancellationToken cancellation)
    {
        switch (step)
        {
            case ImageStep image:
                return BaseTree(image.Image);
            case BuiltStep built:
                return built.Tree;
            case LocalStep local:
                var folder = await client.FetchAsync(local, (id, current, total, done) => progress.Status(vertex, id, current, total, done), cancellation);
                lock (_contexts)
                {
                    _contexts[folder.Identity] = folder;
                }

                return new Tree(folder.Identity, [new TreeLayer(folder.Directory, default, 0, null)]);
            default:
                return null;
        }
    }

    public async Task ExecuteAsync(Step step, IReadOnlyDictionary<Step, Tree> inputs, StepFolders layer, BuildVertex vertex, CancellationToken cancellation)
    {
        switch (step)
        {
            case RunStep run:
                await runs.RunAsync(run, inputs, layer, client.Secrets, (stream, data) => progress.Write(vertex, stream, data), cancellation);
                break;
            case CopyStep copy:
                await Task.Run(() => _copies.Copy(copy, inputs, layer, cancellation), cancellation);
                break;
            case MakeDirectoryStep make:
                _copies.MakeDirectory(make, inputs[make.Parent], layer);
                break;
            case InlineStep inline:
                CopyExecutor.WriteInline(inline, layer);
                break;
            default:
                await remotes.FetchAsync(step, layer, client.Secrets, cancellation);
                break;
        }
    }

    private string Epoch => epoch?.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private Tree BaseTree(BaseImage image)
    {
        var chain = ChainId.Of(image.Config.RootFs.DiffIds);
        if (chain.IsEmpty)
        {
            return Tree.Scratch;
        }

        var stack = layers.Chain(chain).Reverse().ToArray();
        return new Tree(chain.ToString(), [.. stack.Select((layer, i) => new TreeLayer(layers.PathOf(layer), image.Config.RootFs.DiffIds[i], 0, null)
        {
            Blob = i < image.Layers.Count ? image.Layers[i] : null,
        })]);
    }

    private void DescribeRun(RunStep step, IReadOnlyDictionary<Step, Tree> inputs, KeyBuilder key, CancellationToken cancellation)
    {
        key.Add("step", "run").Add("parent", inputs[step.Parent].Identity).Add("command", string.Join('\0', step.Arguments));
        foreach (var variable in step.Environment)
        {
            var equals = variable.IndexOf('=');
            key.Add($"variable {variable[..equals]}", variable[(equals + 1)..]);
        }

        key.Add("directory", step.Directory).Add("user", step.User).Add("network", step.Network).Add("insecure", step.Insecure ? "yes" : "no")
            .Add("hostname", step.Hostname).Add("hosts", string.Join(' ', step.ExtraHosts));
        foreach (var (mount, source) in step.Mounts)
        {
            key.Add($"mount {mount.Target}", $"{mount.Type} {mount.Id} {mount.Source} {mount.ReadOnly} {mount.Env} {mount.Mode} {mount.Uid} {mount.Gid} {mount.Size}");
            if (mount.Type == Dockerfile.Instructions.RunMountType.Bind)
            {
                key.AddFiles($"files of mount {mount.Target}", DigestOf(inputs[source!], new CopySource(source!, mount.Source) { Wildcards = false }, IgnorePatterns.None, "", owners: true, cancellation));
            }
        }
    }

    private void DescribeCopy(CopyStep step, IReadOnlyDictionary<Step, Tree> inputs, KeyBuilder key, CancellationToken cancellation)
    {
        key.Add("step", "copy").Add("parent", step.Link ? "" : inputs[step.Parent].Identity).Add("destination", step.Destination)
            .Add("chown", step.Chown ?? "").Add("chmod", step.Chmod ?? "").Add("link", step.Link ? "yes" : "no").Add("epoch", Epoch);
        var excludes = IgnorePatterns.Of(step.Excludes);
        foreach (var source in step.Sources)
        {
            var words = $"{source.Path} unpack={source.Unpack} parents={source.ParentsPattern}";
            key.Add($"source {source.Written}", words);
            key.AddFiles($"files of {source.Written}", DigestOf(inputs[source.From], source, excludes, string.Join('\0', step.Excludes),
                owners: CopyExecutor.OwnerOf(source.From) is null && step.Chown is null, cancellation));
        }
    }

    private ContentDigest DigestOf(Tree tree, CopySource source, IgnorePatterns excludes, string excludeText, bool owners, CancellationToken cancellation)
    {
        ContextFolder? context;
        lock (_contexts)
        {
            context = _contexts.GetValueOrDefault(tree.Identity);
        }

        // What steps give never changes, so that it is looked at once; a kept context, once for each state. Other contexts may be others next time.
        var identity = context is null ? tree.Identity : context.Kept?.Uid;
        var selection = $"{source.Path}\0{source.Wildcards}\0{source.ParentsPattern}\0{excludeText}\0{owners}" + (context?.Kept is { } kept ? "\0" + kept.State : "");
        if (identity is not null && cache.Selection(identity, selection) is { } known)
        {
            return known;
        }

        if (context is null && imports?.Selection(tree.Identity, selection) is { } imported)
        {
            return imported;
        }

        if (tree.IsMissing)
        {
            throw new TreeMissingException();
        }

        using var view = views.Read(tree);
        var content = ContentDigests.Of(view.Root, Selection.Of(view.Root, source, excludes), owners, context?.Digests, cancellation);
        if (identity is not null)
        {
            cache.RememberSelection(identity, selection, content);
        }

        return content;
    }
}
