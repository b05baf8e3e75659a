using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>The files that a step gives: layers, lowest first.</summary>
/// <param name="Identity">Two trees of one identity have the same files; what keys of further steps are made from.</param>
/// <param name="Layers">Folders in overlay form (kernel, filesystems/overlayfs.rst).</param>
/// <param name="Record">The cache's record of the step; 0 for bases and contexts.</param>
public sealed record Tree(string Identity, IReadOnlyList<TreeLayer> Layers, long Record = 0)
{
    public static readonly Tree Scratch = new("scratch", []);
}

/// <summary>One layer of a <see cref="Tree"/>.</summary>
/// <param name="Directory">Absolute; never written to once the step is done.</param>
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
