using Corten.Distribution.Registry;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Pull;

/// <summary>A registry's refusal in the words that Docker's users and scripts know.</summary>
internal static class PullErrors
{
    public static CortenException Translate(CortenException problem, ImageReference name) => problem switch
    {
        RegistryException { Code: RegistryErrors.Denied } => CortenException.NotFound(
            $"pull access denied for {name.FamiliarRepository}, repository does not exist or may require 'docker login': {problem.Message}"),
        RegistryException { Code: RegistryErrors.ManifestUnknown } => CortenException.NotFound($"manifest for {name.Familiar} not found: {problem.Message}"),
        RegistryException { Code: RegistryErrors.NameUnknown } => CortenException.NotFound($"repository {name.FamiliarRepository} not found: {problem.Message}"),
        RegistryException { Kind: ErrorKind.Unauthorized } => problem,
        RegistryException => CortenException.Internal(problem.Message, problem),
        _ => problem,
    };
}
