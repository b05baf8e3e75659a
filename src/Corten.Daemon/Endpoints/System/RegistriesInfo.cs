using System.Net;
using Corten.Daemon.Configuration;
using Corten.EngineApi.System;

namespace Corten.Daemon.Endpoints.System;

/// <summary>How registries are reached, as <c>/info</c> tells it.</summary>
internal static class RegistriesInfo
{
    private const string DockerHub = "docker.io";

    public static RegistryConfig Describe(DaemonOptions options)
    {
        var mirrors = options.RegistryMirrors.Select(m => m.EndsWith('/') ? m : m + "/").ToArray();
        var indexes = new SortedDictionary<string, IndexConfig>(StringComparer.Ordinal)
        {
            [DockerHub] = new IndexConfig { Name = DockerHub, Mirrors = mirrors, Official = true, Secure = true },
        };
        foreach (var host in options.InsecureRegistries.Where(r => !IPNetwork.TryParse(r, out _)))
        {
            indexes[host] = new IndexConfig { Name = host };
        }

        return new RegistryConfig
        {
            IndexConfigs = indexes,
            InsecureRegistryCidrs = ["::1/128", "127.0.0.0/8", .. options.InsecureRegistries.Where(r => IPNetwork.TryParse(r, out _))],
            Mirrors = mirrors.Length == 0 ? null : mirrors,
        };
    }
}
