using Corten.Build.BuildKit.Sessions;
using Corten.Build.Contexts;

namespace Corten.Build.BuildKit;

/// <summary>The context comes from elsewhere; secrets, named contexts, and the Dockerfile if it is given apart, from the client.</summary>
internal sealed class RemoteClient(FolderClient remote, SessionClient local, bool localDockerfile) : IBuildClient
{
    public Execution.IBuildSecrets Secrets => local.Secrets;

    public Task<Distribution.Authentication.RegistryCredentials> CredentialsAsync(string registry, CancellationToken cancellation) => local.CredentialsAsync(registry, cancellation);

    public Task<DockerfileSource> ReadDockerfileAsync(TransferProgress progress, CancellationToken cancellation) =>
        localDockerfile ? local.ReadDockerfileAsync(progress, cancellation) : remote.ReadDockerfileAsync(progress, cancellation);

    public Task<IReadOnlyList<string>> IgnoreLinesAsync(string contextName, CancellationToken cancellation) =>
        contextName == Planning.LocalStep.MainContext ? remote.IgnoreLinesAsync(contextName, cancellation) : local.IgnoreLinesAsync(contextName, cancellation);

    public Task<ContextFolder> FetchAsync(Planning.LocalStep step, TransferProgress progress, CancellationToken cancellation) =>
        step.ContextName == Planning.LocalStep.MainContext ? remote.FetchAsync(step, progress, cancellation) : local.FetchAsync(step, progress, cancellation);

    public ILayoutSource? Layout(string name) => local.Layout(name);
}
