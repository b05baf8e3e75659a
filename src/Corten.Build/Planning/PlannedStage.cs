using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>A stage while it is being planned, and afterwards what others build on or copy from.</summary>
internal sealed class PlannedStage
{
    private readonly HashSet<string> _declared = [];
    private int _indexed;

    public required Stage Stage { get; init; }

    /// <summary>As progress shows it; empty when there is only one.</summary>
    public required string Name { get; init; }

    public required Platform Platform { get; set; }

    /// <summary>The index of the stage that it builds upon; null for none.</summary>
    public int? Base { get; set; }

    /// <summary>The tree so far.</summary>
    public required Step Tip { get; set; }

    public required ImageDraft Image { get; init; }

    /// <summary>What expansions and RUN see: the image's environment, and arguments in scope.</summary>
    public required Variables Environment { get; init; }

    /// <summary>Arguments declared in this stage and those that it is built from, with their values.</summary>
    public List<ArgDefinition> Arguments { get; } = [];

    /// <summary>An argument of that name is in scope.</summary>
    public bool Declares(string name)
    {
        for (; _indexed < Arguments.Count; _indexed++)
        {
            _declared.Add(Arguments[_indexed].Name);
        }

        return _declared.Contains(name);
    }

    /// <summary>ONBUILD of this stage, for stages built from it.</summary>
    public List<string> Triggers { get; } = [];

    /// <summary>A WORKDIR of the file itself came before.</summary>
    public bool WorkdirSet { get; set; }

    public bool IgnoreCache { get; init; }

    /// <summary>How many of its steps show in progress.</summary>
    public int Total { get; set; }

    public int Index { get; set; }

    public SourceRange? LastCommand { get; set; }

    public SourceRange? LastEntrypoint { get; set; }

    public SourceRange? LastHealthcheck { get; set; }

    /// <summary>The name of the next step: <c>[name 2/5] TEXT</c>.</summary>
    public string NextName(string text, string platformPrefix, bool onbuild)
    {
        if (Total == 0)
        {
            return text;
        }

        Index++;
        var number = Index.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(Total.ToString(System.Globalization.CultureInfo.InvariantCulture).Length);
        return $"[{platformPrefix}{(Name.Length > 0 ? Name + " " : "")}{number}/{Total}] {(onbuild ? "ONBUILD " : "")}{text}";
    }
}
