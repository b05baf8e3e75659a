using Corten.EngineApi.Containers;

namespace Corten.Containers.Spec;

/// <summary>The environment that a container's program starts with.</summary>
internal static class ProcessEnvironment
{
    public const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <param name="config">The merged config; its own entries replace the others by name, and one without <c>=</c> removes.</param>
    /// <param name="hostname">What the container calls itself.</param>
    /// <param name="links">Variables that legacy links add.</param>
    public static List<string> Of(ContainerConfig config, string hostname, IEnumerable<string> links)
    {
        var environment = new List<string> { DefaultPath, "HOSTNAME=" + hostname };
        if (config.Tty)
        {
            environment.Add("TERM=xterm");
        }

        environment.AddRange(links);
        Override(environment, config.Env);
        return environment;
    }

    public static void Override(List<string> environment, IReadOnlyList<string>? entries)
    {
        foreach (var entry in entries ?? [])
        {
            var equals = entry.IndexOf('=');
            var prefix = equals < 0 ? entry + "=" : entry[..(equals + 1)];
            var at = environment.FindIndex(present => present.StartsWith(prefix, StringComparison.Ordinal));
            if (equals < 0)
            {
                if (at >= 0)
                {
                    environment.RemoveAt(at);
                }
            }
            else if (at >= 0)
            {
                environment[at] = entry;
            }
            else
            {
                environment.Add(entry);
            }
        }
    }
}
