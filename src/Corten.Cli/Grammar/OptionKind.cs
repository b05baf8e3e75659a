namespace Corten.Cli.Grammar;

/// <summary>What an option's value looks like. It decides the check at parsing, the type word in --help and whether the option may repeat.</summary>
internal enum OptionKind
{
    /// <summary>Present or absent; a value only by <c>--name=false</c>.</summary>
    Flag,
    Text,
    /// <summary>A signed 64-bit number.</summary>
    Int,
    Uint16,
    /// <summary>A number with a fraction (<c>--cpus 1.5</c>).</summary>
    Decimal,
    /// <summary>A size with a binary unit (<c>512m</c>), kept as typed and read by <see cref="Output.ByteSize"/>.</summary>
    Bytes,
    /// <summary>A duration in Go's notation (<c>1m30s</c>).</summary>
    Duration,
    /// <summary>Repeatable.</summary>
    List,
    /// <summary>Repeatable, and each value may hold several, separated by commas.</summary>
    Csv,
    /// <summary>Repeatable <c>key=value</c>.</summary>
    Map,
    /// <summary>Repeatable <c>key=value</c> of a list's conditions.</summary>
    Filter,
}
