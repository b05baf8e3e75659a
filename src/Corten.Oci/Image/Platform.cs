using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Corten.Oci.Errors;

namespace Corten.Oci.Image;

/// <summary>Operating system and processor (image-spec, image-index.md); names are Go's: <c>linux/amd64</c>, <c>linux/arm64/v8</c>.</summary>
public sealed record Platform
{
    [JsonPropertyName("architecture")] public string Architecture { get; set; } = "";
    [JsonPropertyName("os")] public string Os { get; set; } = "";
    [JsonPropertyName("os.version")] public string? OsVersion { get; set; }
    [JsonPropertyName("os.features")] public IReadOnlyList<string>? OsFeatures { get; set; }
    [JsonPropertyName("variant")] public string? Variant { get; set; }

    /// <summary>The platform that this process runs on.</summary>
    public static Platform Host { get; } = new()
    {
        Os = "linux",
        Architecture = RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            System.Runtime.InteropServices.Architecture.Arm => "arm",
            System.Runtime.InteropServices.Architecture.RiscV64 => "riscv64",
            var other => other.ToString().ToLowerInvariant(),
        },
    };

    /// <summary>Parses <c>os[/arch[/variant]]</c>, or <c>arch</c> alone, with the usual synonyms (x86_64, aarch64, armhf).</summary>
    public static Platform Parse(string text)
    {
        var parts = text.Split('/');
        if (Array.Find(parts, p => p.Length == 0 || p.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))) is { } part)
        {
            throw CortenException.Invalid($"\"{part}\" is an invalid component of \"{text}\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument");
        }

        if (parts.Length > 3)
        {
            throw CortenException.Invalid($"\"{text}\": cannot parse platform specifier: invalid argument");
        }

        if (parts.Length == 1)
        {
            var one = parts[0].ToLowerInvariant();
            if (one is "linux" or "windows" or "darwin" or "freebsd")
            {
                return Normalize(one, Host.Architecture, one == "linux" ? Host.Variant : null);
            }

            var known = Normalize("linux", one, null);
            return KnownArchitectures.Contains(known.Architecture) ? known
                : throw CortenException.Invalid($"\"{text}\": unknown operating system or architecture: invalid argument");
        }

        return Normalize(parts[0].ToLowerInvariant(), parts[1].ToLowerInvariant(), parts.Length == 3 ? parts[2].ToLowerInvariant() : null);
    }

    /// <summary>True if an image made for <paramref name="other"/> is what was asked for by this.</summary>
    public bool Matches(Platform other)
    {
        var (a, b) = (Normalize(Os, Architecture, Variant), Normalize(other.Os, other.Architecture, other.Variant));
        return a.Os == b.Os && a.Architecture == b.Architecture && (a.Variant ?? "") == (b.Variant ?? "");
    }

    /// <summary>The canonical spelling: <c>x86_64</c> becomes <c>amd64</c>, <c>arm64/v8</c> becomes <c>arm64</c>.</summary>
    [JsonIgnore]
    public Platform Normalized => Normalize(Os, Architecture, Variant);

    public override string ToString() => string.IsNullOrEmpty(Variant) ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    private static readonly HashSet<string> KnownArchitectures =
        ["386", "amd64", "arm", "arm64", "loong64", "mips", "mipsle", "mips64", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"];

    private static Platform Normalize(string os, string architecture, string? variant)
    {
        (architecture, variant) = architecture switch
        {
            "x86_64" or "x86-64" or "amd64" => ("amd64", variant == "v1" ? null : variant),
            "i386" or "i686" or "386" => ("386", null),
            "aarch64" or "arm64" => ("arm64", variant is "8" or "v8" ? null : variant),
            "armhf" => ("arm", "v7"),
            "armel" => ("arm", "v6"),
            "arm" => ("arm", variant switch { null or "" or "7" => "v7", "5" => "v5", "6" => "v6", "8" => "v8", _ => variant }),
            _ => (architecture, variant),
        };
        return new Platform { Os = os == "macos" ? "darwin" : os, Architecture = architecture, Variant = string.IsNullOrEmpty(variant) ? null : variant };
    }
}
