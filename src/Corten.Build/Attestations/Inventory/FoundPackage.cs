namespace Corten.Build.Attestations.Inventory;

/// <summary>A package that is installed in an image.</summary>
/// <param name="Type">Of the package URL: <c>deb</c>, <c>apk</c>, <c>rpm</c>, <c>pypi</c>, <c>npm</c>, <c>golang</c>, <c>maven</c>.</param>
/// <param name="Name">As its manager calls it; for npm with the scope, for Maven with the group.</param>
/// <param name="Version">As its manager writes it.</param>
/// <param name="Where">The file that says so.</param>
public sealed record FoundPackage(string Type, string Name, string Version, string Where)
{
    public string Architecture { get; init; } = "";

    /// <summary>The source package; empty if it is of the same name.</summary>
    public string Source { get; init; } = "";

    /// <summary>Of rpm, before the version; empty for none.</summary>
    public string Epoch { get; init; } = "";

    public string License { get; init; } = "";

    /// <summary>Who maintains it.</summary>
    public string Supplier { get; init; } = "";
}

/// <summary>What <c>/etc/os-release</c> says.</summary>
public sealed record Release(string Id, string Version, string Name);
