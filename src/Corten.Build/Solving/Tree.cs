using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>The files that a step gives: layers, lowest first.</summary>
/// <param name="Identity">Two trees of one identity have the same files; what keys of further steps are made from.</param>
/// <param name="Layers">Folders in overlay form (kernel, filesystems/overlayfs.rst).</param>
/// <param name="Record">The cache's record of the step; 0 for bases and contexts.</param>
public sealed record Tree(string Identity, IReadOnlyList<TreeLayer> Layers, long Record = 0)
{
    public static readonly Tree Scratch = new("scratch", []);

    /// <summary>
    /// A cache elsewhere knows what it is, but not all of its layers are here: its identity serves to find what was made from it, and for its files its step has
    /// to be run.
    /// </summary>
    public bool IsMissing => Layers.Any(l => l.Directory.Length == 0);

    /// <summary>The cache elsewhere's own word for it, while it is known by name only.</summary>
    public CacheTransfer.CachedStep? Imported { get; init; }
}

/// <summary>Files of a tree are needed that is not here: its steps must be run.</summary>
public sealed class TreeMissingException() : Exception("a tree that is known by name only was looked into");

/// <summary>One layer of a <see cref="Tree"/>.</summary>
/// <param name="Directory">Absolute; never written to once the step is done. Empty while the layer is not here.</param>
/// <param name="DiffId">Empty until somebody needs it and it is worked out.</param>
/// <param name="Record">The cache's record that owns the folder; 0 if an image does.</param>
/// <param name="Created">When a build made it; null for layers of a base.</param>
public sealed record TreeLayer(string Directory, Digest DiffId, long Record, DateTimeOffset? Created)
{
    /// <summary>The blob that an image's layer came from; null for layers that were built here.</summary>
    public Descriptor? Blob { get; init; }

    /// <summary>Of the cache's record; empty if an image owns the layer.</summary>
    public string Uid { get; init; } = "";
}
