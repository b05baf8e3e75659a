using Corten.Build.Solving;
using Corten.Storage.Mounts;
using Corten.Supervision.Launcher;

namespace Corten.Build.Execution;

/// <summary>Trees as mounts that are in no mount table.</summary>
public sealed class TreeViews(BuildRoot root)
{
    /// <summary>The whole tree, to read.</summary>
    public DetachedMount Read(Tree tree) => DetachedMount.Open(Overlay(tree, null));

    /// <summary>The tree, with what is written going to <paramref name="layer"/>.</summary>
    public DetachedMount Write(Tree tree, StepFolders layer) => DetachedMount.Open(Overlay(tree, layer));

    /// <summary>The same as words for a mount that somebody else makes.</summary>
    public OverlayRootfs Overlay(Tree tree, StepFolders? layer) => new()
    {
        Lower = tree.Layers.Count == 0 ? [root.Empty] : [.. tree.Layers.Select(l => l.Directory).Reverse()],
        Upper = layer?.Upper, Work = layer?.Work,
    };
}
