using System.Globalization;
using System.Runtime.InteropServices;
using Corten.Daemon.Http;
using Corten.EngineApi.System;

namespace Corten.Daemon.Endpoints.System;

/// <summary><c>GET /version</c></summary>
internal sealed class Version(EngineIdentity identity)
{
    public Task ServeAsync(RequestContext context) => context.WriteJsonAsync(Describe(), SystemJson.Plain.VersionInfo);

    private VersionInfo Describe()
    {
        var arch = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
        var built = File.GetLastWriteTimeUtc(Environment.ProcessPath!).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00+00:00'", CultureInfo.InvariantCulture);
        var language = ".NET " + Environment.Version;
        return new VersionInfo
        {
            Platform = new VersionPlatform("Corten " + Release.Version),
            Components =
            [
                new VersionComponent
                {
                    Name = "Engine",
                    Version = identity.Version,
                    Details = new SortedDictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["ApiVersion"] = ApiVersion.Max.ToString(),
                        ["Arch"] = arch,
                        ["BuildTime"] = built,
                        ["Experimental"] = identity.Experimental ? "true" : "false",
                        ["GitCommit"] = Release.Commit,
                        ["GoVersion"] = language,
                        ["KernelVersion"] = Machine.KernelRelease,
                        ["MinAPIVersion"] = ApiVersion.Min.ToString(),
                        ["Os"] = "linux",
                    },
                },
                new VersionComponent
                {
                    Name = "corten-runtime",
                    Version = Release.Version,
                    Details = new Dictionary<string, string> { ["GitCommit"] = Release.Commit },
                },
            ],
            Version = identity.Version,
            ApiVersion = ApiVersion.Max.ToString(),
            MinApiVersion = ApiVersion.Min.ToString(),
            GitCommit = Release.Commit,
            GoVersion = language,
            Os = "linux",
            Arch = arch,
            KernelVersion = Machine.KernelRelease,
            Experimental = identity.Experimental,
            BuildTime = built,
        };
    }
}
