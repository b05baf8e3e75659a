using System.Net;
using System.Text;
using Corten.Cli.Commands.Images;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Linux.Terminals;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Containers;

/// <summary>Creates a container, pulling its image first where that is asked for or needed.</summary>
internal static class Creator
{
    private const int Failed = 125;

    /// <returns>The container's ID.</returns>
    public static string Create(Invocation call, CreateRequest request)
    {
        var pull = call.Text("pull");
        if (pull is not ("always" or "missing" or "never" or ""))
        {
            throw new CommandException($"invalid pull option: '{pull}': must be one of \"always\", \"missing\" or \"never\"", Failed);
        }
        var image = Reference(request.Image);
        var platform = PlatformOf(call.Text("platform"));
        using var idFile = call.Has("cidfile") ? new IdFile(call.Text("cidfile")) : null;
        var path = new Query("/containers/create").AddIf("name", call.Text("name")).AddIf("platform", platform).ToString();
        var console = request.Tty && call.Session.OutIsTerminal && TerminalSize.Of(1) is { } size ? (size.Rows, size.Columns) : ((int, int)?)null;
        var body = request.ToBytes(console);
        if (pull == "always" && image is not null)
        {
            Pull(call, image, platform);
        }
        var id = Send(call, path, body, image, platform, mayPull: pull is "missing" or "");
        idFile?.Write(id);
        request.Socket?.Fill(id);
        return id;
    }

    private static string Send(Invocation call, string path, byte[] body, ImageReference? image, string platform, bool mayPull)
    {
        try
        {
            using var answer = call.Engine.PostJson(path, body);
            foreach (var warning in answer.RootElement.Texts("Warnings"))
            {
                call.Err.Write($"WARNING: {warning}\n");
            }
            return answer.RootElement.Text("Id");
        }
        catch (EngineException refused) when (mayPull && image is not null && refused.Status == HttpStatusCode.NotFound
            && refused.Message.StartsWith("No such image", StringComparison.Ordinal))
        {
            if (!call.Flag("quiet"))
            {
                call.Err.Write($"Unable to find image '{image.Familiar}' locally\n");
                call.Err.Flush();
            }
            Pull(call, image, platform);
            return Send(call, path, body, image, platform, mayPull: false);
        }
    }

    private static void Pull(Invocation call, ImageReference image, string platform)
        => ImagePuller.Pull(call, image, platform, call.Flag("quiet") ? TextWriter.Null : call.Err, terminal: TerminalMode.IsTerminal(2));

    /// <summary>Null when the image is named by its ID, which can't be pulled.</summary>
    private static ImageReference? Reference(string image)
    {
        if (image.StartsWith("sha256:", StringComparison.Ordinal) || (image.Length == 64 && image.All(char.IsAsciiHexDigit)))
        {
            return null;
        }
        try
        {
            return ImageReference.Parse(image).WithDefaultTag();
        }
        catch (CortenException failure)
        {
            throw new CommandException(failure.Message, Failed);
        }
    }

    private static string PlatformOf(string text)
    {
        if (text.Length == 0)
        {
            text = Environment.GetEnvironmentVariable("DOCKER_DEFAULT_PLATFORM") ?? "";
        }
        if (text.Length == 0)
        {
            return "";
        }
        try
        {
            var platform = Platform.Parse(text);
            return $"{platform.Os}/{platform.Architecture}{(platform.Variant is { Length: > 0 } variant ? "/" + variant : "")}";
        }
        catch (CortenException failure)
        {
            throw new CommandException($"error parsing specified platform: {failure.Message}", Failed);
        }
    }

    /// <summary><c>--cidfile</c>: must not exist; removed again if no container came of it.</summary>
    private sealed class IdFile : IDisposable
    {
        private readonly string path;
        private bool written;

        public IdFile(string path)
        {
            this.path = path;
            if (File.Exists(path) || Directory.Exists(path))
            {
                throw new CommandException($"container ID file found, make sure the other container isn't running or delete {path}", Failed);
            }
            try
            {
                File.WriteAllBytes(path, []);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CommandException($"failed to create the container ID file: open {path}: {(failure is UnauthorizedAccessException ? "permission denied" : "no such file or directory")}", Failed);
            }
        }

        public void Write(string id)
        {
            File.WriteAllBytes(path, Encoding.ASCII.GetBytes(id));
            written = true;
        }

        public void Dispose()
        {
            if (!written)
            {
                File.Delete(path);
            }
        }
    }
}
