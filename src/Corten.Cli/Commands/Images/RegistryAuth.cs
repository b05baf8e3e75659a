using Corten.Cli.Config;
using Corten.Cli.Shell;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Images;

/// <summary>The credentials that go with a request: X-Registry-Auth.</summary>
internal static class RegistryAuth
{
    public const string Name = "X-Registry-Auth";

    public static KeyValuePair<string, string> Header(Invocation call, ImageReference image)
        => Header(call, image.Domain == ImageReference.DefaultDomain ? CredentialStore.OfficialRegistry : image.Domain);

    public static KeyValuePair<string, string> Header(Invocation call, string registry)
        => KeyValuePair.Create(Name, new CredentialStore(call.Config).Find(registry).Header());
}
