using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Instructions;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>The arguments before the first FROM: platform arguments, what the file defines, what the build sets.</summary>
internal sealed class GlobalScope
{
    private static readonly HashSet<string> PlatformArguments =
    [
        "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETOSVERSION", "TARGETSTAGE",
        "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT", "BUILDOSVERSION",
    ];

    private GlobalScope(Variables values, IReadOnlyList<string> declared) => (Values, Declared) = (values, declared);

    public Variables Values { get; }

    /// <summary>Names that a FROM may use: the file's own and the platform's.</summary>
    public IReadOnlyList<string> Declared { get; }

    public static GlobalScope Build(DockerfileProgram program, Platform target, string targetStage, IReadOnlyDictionary<string, string> given)
    {
        var values = PlatformValues(target, Platform.Host, targetStage, given);
        var expander = new VariableExpander(program.Text.Escape);
        var declared = new List<string>(values.Names);
        foreach (var argument in program.GlobalArguments)
        {
            foreach (var definition in argument.Definitions)
            {
                declared.Add(definition.Name);
                var value = given.GetValueOrDefault(definition.Name)
                    ?? (definition.Default is null ? null : expander.Expand(definition.Default, values).Text);
                if (value is not null)
                {
                    values.Set(definition.Name, value);
                }
            }
        }

        return new GlobalScope(values, declared);
    }

    private static Variables PlatformValues(Platform target, Platform build, string stage, IReadOnlyDictionary<string, string> given)
    {
        var values = new Variables(
        [
            $"BUILDPLATFORM={build}", $"BUILDOS={build.Os}", $"BUILDOSVERSION={build.OsVersion}", $"BUILDARCH={build.Architecture}",
            $"BUILDVARIANT={build.Variant}", $"TARGETPLATFORM={target}", $"TARGETOS={target.Os}", $"TARGETOSVERSION={target.OsVersion}",
            $"TARGETARCH={target.Architecture}", $"TARGETVARIANT={target.Variant}", $"TARGETSTAGE={(stage.Length == 0 ? "default" : stage)}",
        ]);
        foreach (var (name, value) in given.Where(g => PlatformArguments.Contains(g.Key)))
        {
            values.Set(name, value);
        }

        return values;
    }
}
