using System.Text;
using Corten.Cli.Archive;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>Copies out of a container.</summary>
internal static class CopyFrom
{
    private const int MaxLinks = 10;

    public static int Run(Invocation call, string container, string path, string destination)
    {
        string? name = null;
        var target = destination == "-" ? null : LocalTarget(CopyPaths.Local(destination), 0);
        if (call.Flag("follow-link") && ContainerPath.Of(call.Engine, container, path) is { IsLink: true } link)
        {
            // The copy is of what the link points at, under the link's name.
            name = CopyPaths.Base(path);
            path = link.LinkTarget.StartsWith('/') ? link.LinkTarget : $"{path[..(path.TrimEnd('/').LastIndexOf('/') + 1)]}{link.LinkTarget}";
        }
        using var response = call.Engine.Send(new EngineRequest("GET", ContainerPath.Archive(container, path)));
        if (target is null)
        {
            call.Out.Flush();
            response.Body.CopyTo(call.Session.OutBytes, 64 << 10);
            return 0;
        }
        var source = new CopyEnd(path, true, ContainerPath.Read(response).IsFolder) { Name = name };
        var (folder, placed) = CopyPaths.Place(source, target);
        using var unpacker = new Unpacker(folder, call.Flag("archive"));
        unpacker.Run(response.Body, entry => Rename(entry, CopyPaths.Base(path), placed));
        CopyCommand.Tell(call, unpacker.Copied, CopyPaths.Local(destination));
        return 0;
    }

    /// <summary>The archive's names begin with the source's own; they get the target's instead.</summary>
    private static byte[] Rename(byte[] entry, string own, string placed)
    {
        var rest = entry.AsSpan();
        while (rest.StartsWith("./"u8))
        {
            rest = rest[2..];
        }
        if (own != ".")
        {
            var slash = rest.IndexOf((byte)'/');
            rest = slash < 0 ? [] : rest[(slash + 1)..];
        }
        return placed.Length == 0 ? rest.ToArray() : [.. Encoding.UTF8.GetBytes(placed), (byte)'/', .. rest];
    }

    /// <summary>What is at a path here, links followed; what does not exist yet must at least have a folder to be in.</summary>
    private static CopyEnd LocalTarget(string path, int links)
    {
        var bare = path.Length > 1 ? path.TrimEnd('/') : path;
        var info = new FileInfo(bare);
        if (info.LinkTarget is { } target)
        {
            return links < MaxLinks ? LocalTarget(CopyPaths.Clean(target.StartsWith('/') ? target : $"{Path.GetDirectoryName(bare)}/{target}"), links + 1)
                : throw new CommandException($"too many symlinks in {path}");
        }
        if (Directory.Exists(bare))
        {
            return new CopyEnd(path, true, true);
        }
        if (File.Exists(bare))
        {
            return CopyPaths.MeansFolder(path) ? throw new CommandException("not a directory") : new CopyEnd(path, true, false);
        }
        var parent = Path.GetDirectoryName(CopyPaths.Clean(bare));
        return Directory.Exists(parent) ? new CopyEnd(path, false, false) : throw new CommandException($"invalid output path: directory {Output.GoQuote.Quote(parent ?? "/")} does not exist");
    }
}
