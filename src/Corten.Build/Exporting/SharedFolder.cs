using System.Text;
using Corten.Build.Execution;
using Corten.Oci.Errors;

namespace Corten.Build.Exporting;

/// <summary>Platforms that are to share a folder (<c>platform-split=false</c>) may share folders in it, but no file.</summary>
internal static class SharedFolder
{
    /// <exception cref="CortenException">InvalidArgument: two platforms have a file of the same name.</exception>
    public static void Check(TreeViews views, IReadOnlyList<(string Platform, BuiltTree Built)> trees)
    {
        var owners = new Dictionary<string, string>();
        foreach (var (platform, built) in trees)
        {
            using var view = views.Read(built.Tree);
            foreach (var entry in Selection.Everything(view.Root).Where(e => !e.Status.IsDirectory))
            {
                // One character a byte: names need not be UTF-8.
                if (!owners.TryAdd(Encoding.Latin1.GetString(entry.Relative), platform))
                {
                    var owner = owners[Encoding.Latin1.GetString(entry.Relative)];
                    throw CortenException.Invalid($"cannot overwrite {Encoding.UTF8.GetString(entry.Relative)} from {owner} with {platform} when split option is disabled");
                }
            }
        }
    }
}
