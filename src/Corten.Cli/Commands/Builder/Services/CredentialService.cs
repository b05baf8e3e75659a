using Corten.Build.BuildKit.Protocol.Session;
using Corten.Cli.Config;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Signs the engine in to registries as we are.</summary>
internal sealed class CredentialService(CredentialStore store)
{
    private const string HubHost = "registry-1.docker.io";

    public byte[] Get(byte[] request)
    {
        var host = CredentialsRequest.Parser.ParseFrom(request).Host;
        var found = store.Find(host == HubHost ? CredentialStore.OfficialRegistry : host);
        return found.IdentityToken.Length > 0 ? new CredentialsResponse { Secret = found.IdentityToken }.ToByteArray()
            : new CredentialsResponse { Username = found.Username, Secret = found.Password }.ToByteArray();
    }
}
