using Corten.Cli.Archive;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>Copies into a container.</summary>
internal static class CopyTo
{
    public static int Run(Invocation call, string path, string container, string destination)
    {
        var target = Target(call, container, destination);
        if (path == "-")
        {
            if (!target.IsFolder)
            {
                throw new CommandException($"destination \"{container}:{destination}\" must be a directory");
            }
            Send(call, container, target.Path, body => call.Session.In.CopyTo(body, 64 << 10));
            return 0;
        }
        var source = Source(call, path);
        var (folder, name) = CopyPaths.Place(source, target);
        var copied = 0L;
        Send(call, container, folder, body =>
        {
            var packer = new Packer(body);
            packer.Add(CopyPaths.Clean(source.Path), name);
            packer.Finish();
            copied = packer.Copied;
        });
        CopyCommand.Tell(call, copied, $"{container}:{destination}");
        return 0;
    }

    private static CopyEnd Source(Invocation call, string path)
    {
        var local = CopyPaths.Local(path);
        var bare = CopyPaths.Clean(local);
        var info = new FileInfo(bare);
        if (info.LinkTarget is not null && (call.Flag("follow-link") || CopyPaths.MeansFolder(path)))
        {
            var final = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? bare;
            if (!Path.Exists(final))
            {
                throw new CommandException($"lstat {final}: no such file or directory");
            }
            return new CopyEnd(final, true, Directory.Exists(final)) { Name = CopyPaths.Base(local) };
        }
        if (info.LinkTarget is null && !Path.Exists(bare))
        {
            throw new CommandException($"lstat {bare}: no such file or directory");
        }
        var folder = info.LinkTarget is null && Directory.Exists(bare);
        return !folder && CopyPaths.MeansFolder(path) ? throw new CommandException("not a directory") : new CopyEnd(local, true, folder);
    }

    /// <summary>What is at the path in the container; a path that is not there may still be made.</summary>
    private static CopyEnd Target(Invocation call, string container, string path)
    {
        ContainerPath stat;
        try
        {
            stat = ContainerPath.Of(call.Engine, container, path);
            if (stat.IsLink)
            {
                var linked = stat.LinkTarget.StartsWith('/') ? stat.LinkTarget : $"{path[..(path.LastIndexOf('/') + 1)]}{stat.LinkTarget}";
                path = CopyPaths.Clean(linked);
                stat = ContainerPath.Of(call.Engine, container, path);
            }
        }
        catch (EngineException refused) when (refused.Message.StartsWith("Could not find the file", StringComparison.Ordinal))
        {
            return new CopyEnd(path, false, false);
        }
        return stat.IsSpecial ? throw new CommandException($"destination \"{container}:{path}\" must be a directory or a regular file") : new CopyEnd(path, true, stat.IsFolder);
    }

    private static void Send(Invocation call, string container, string folder, Action<Stream> write)
    {
        var query = new Query($"/containers/{Query.Segment(container)}/archive");
        if (call.Flag("archive"))
        {
            query.Add("copyUIDGID", "true");
        }
        using var response = call.Engine.Send(new EngineRequest("PUT", query.Add("noOverwriteDirNonDir", "true").Add("path", folder).ToString())
        {
            ContentType = "application/x-tar",
            WriteBody = write,
        });
    }
}
