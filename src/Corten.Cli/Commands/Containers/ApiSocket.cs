using System.Text;
using System.Text.Json;
using Corten.Cli.Archive;
using Corten.Cli.Config;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary><c>--use-api-socket</c>: the engine's socket where clients look for it, and what this user may do at registries, in a config.json of the container's own.</summary>
internal sealed class ApiSocket
{
    private const string ConfigFolder = "/run/secrets/docker";
    private const uint OwnerOnly = 0x180; // 0600

    private readonly Invocation call;
    private readonly List<Credential> credentials;

    private ApiSocket(Invocation call)
    {
        this.call = call;
        var address = call.Session.Endpoint.Address;
        Mount = address.Transport == EngineTransport.Unix ? $"type=bind,source={address.Target},target=/var/run/docker.sock"
            : throw new CommandException("--use-api-socket needs a daemon that is reached by a unix socket", exitCode: 125);
        credentials = [.. new CredentialStore(call.Config).All()];
    }

    /// <summary>As <c>--mount</c> has it.</summary>
    public string Mount { get; }

    /// <summary>Where programs find the credentials; nothing if there are none.</summary>
    public IEnumerable<string> Variables => credentials.Count > 0 ? ["DOCKER_CONFIG=" + ConfigFolder] : [];

    /// <summary>Null unless the option was given.</summary>
    public static ApiSocket? Of(Invocation call) => call.Flag("use-api-socket") ? new ApiSocket(call) : null;

    /// <summary>Puts the credentials into a container that was created, before it starts.</summary>
    public void Fill(string id)
    {
        if (credentials.Count == 0)
        {
            return;
        }
        var content = Json.Bytes(Write);
        call.Engine.Send(new EngineRequest("PUT", new Query($"/containers/{id}/archive").Add("noOverwriteDirNonDir", "true").Add("path", "/").ToString())
        {
            ContentType = "application/x-tar",
            WriteBody = stream =>
            {
                var archive = new TarWriter(stream);
                archive.Begin(new TarEntry { Name = Encoding.UTF8.GetBytes(ConfigFolder + "/config.json"), Type = TarEntry.Regular, Mode = OwnerOnly, Size = content.Length });
                archive.WriteData(content);
                archive.End(content.Length);
                archive.Finish();
            },
        }).Dispose();
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("auths");
        foreach (var credential in credentials)
        {
            writer.WriteStartObject(credential.Registry);
            writer.WriteString("auth", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
            if (credential.IdentityToken.Length > 0)
            {
                writer.WriteString("identitytoken", credential.IdentityToken);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
