using System.Text.Encodings.Web;
using System.Text.Json;
using Corten.Build.Exporting;
using Corten.Oci.Image;

namespace Corten.Build.Attestations;

/// <summary>Wraps what is said of an image into a statement of the in-toto attestation framework.</summary>
internal static class Statement
{
    private const string Type = "https://in-toto.io/Statement/v0.1";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="image">The subject.</param>
    /// <param name="names">What it is called; without any it goes by its digest.</param>
    /// <param name="predicateType">What kind of predicate.</param>
    /// <param name="predicate">Writes the predicate, an object.</param>
    public static Attestation Of(WrittenImage image, IReadOnlyList<ImageReference> names, string predicateType, Action<Utf8JsonWriter> predicate) => Of(
        names.Where(n => n.Digest.IsEmpty).Select(n => PackageUrl.OfImage(n.ToString(), image.Built.Plan.Platform)).DefaultIfEmpty("_").Select(name => (name, image.Target.Digest)),
        predicateType, predicate);

    /// <param name="subjects">What it is about, each with its digest.</param>
    /// <param name="predicateType">What kind of predicate.</param>
    /// <param name="predicate">Writes the predicate, an object.</param>
    public static Attestation Of(IEnumerable<(string Name, Digest Digest)> subjects, string predicateType, Action<Utf8JsonWriter> predicate)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("_type", Type);
            json.WriteString("predicateType", predicateType);
            json.WriteStartArray("subject");
            foreach (var (name, digest) in subjects)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                WriteDigest(json, digest);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("predicate");
            predicate(json);
            json.WriteEndObject();
        }

        return new Attestation(predicateType, buffer.ToArray());
    }

    public static void WriteDigest(Utf8JsonWriter json, Digest digest)
    {
        json.WriteStartObject("digest");
        json.WriteString(digest.Algorithm, digest.Hex);
        json.WriteEndObject();
    }
}
