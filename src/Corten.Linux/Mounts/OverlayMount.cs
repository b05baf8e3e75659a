using System.Text;
using Native = Corten.Linux.Interop.Mounts;

namespace Corten.Linux.Mounts;

/// <summary>Mounting overlayfs (kernel, filesystems/overlayfs.rst).</summary>
public static class OverlayMount
{
    /// <summary>mount(2) copies one page of options and cuts the rest silently.</summary>
    private const int OptionsLimit = 4000;

    /// <summary>Mounts the layers on <paramref name="target"/>.</summary>
    /// <param name="target">An existing folder.</param>
    /// <param name="lower">Topmost first; at least one.</param>
    /// <param name="upper">Null for a read-only mount.</param>
    /// <param name="work">An empty folder beside <paramref name="upper"/>.</param>
    public static void Mount(string target, IReadOnlyList<string> lower, string? upper, string? work)
    {
        if (upper is null && lower.Count == 1)
        {
            // One layer and nothing above it is no overlay: a read-only bind is the same view.
            using var place = PathDescriptor.OpenDirectory(lower[0]);
            using MountTree tree = MountTree.Clone(place, recursive: false, lower[0]);
            tree.Change(Native.MOUNT_ATTR_RDONLY, 0, recursive: false);
            using var on = PathDescriptor.OpenDirectory(target);
            tree.Attach(on, target);
            return;
        }
        string options = Options(lower, upper, work);
        if (Encoding.UTF8.GetByteCount(options) <= OptionsLimit)
        {
            MountCalls.Mount("overlay", target, "overlay", upper is null ? Native.MS_RDONLY : 0, options);
            return;
        }
        var parameters = lower.Select(path => "lowerdir+=" + path);
        if (upper is not null) parameters = parameters.Concat([$"upperdir={upper}", $"workdir={work}"]);
        using MountTree overlay = MountTree.Create("overlay", "overlay", parameters, 0);
        using var at = PathDescriptor.OpenDirectory(target);
        overlay.Attach(at, target);
    }

    internal static string Options(IReadOnlyList<string> lower, string? upper, string? work)
    {
        string options = "lowerdir=" + string.Join(':', lower.Select(Escape));
        return upper is null ? options : $"{options},upperdir={Escape(upper)},workdir={Escape(work!)}";
    }

    /// <summary>The option string splits at colons and commas; a backslash takes their meaning away.</summary>
    private static string Escape(string path) => path.Replace("\\", "\\\\").Replace(":", "\\:").Replace(",", "\\,");
}
