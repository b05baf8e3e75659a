using System.Security.Cryptography;
using System.Text;
using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>One thing that a step's result depends on: <c>env PATH</c>, <c>file src/main.c</c>, <c>base</c>; kept to explain a miss.</summary>
public sealed record Ingredient(string Name, string Value);

/// <summary>
/// Puts a cache key together. Everything that goes in is named, so that the same list says later what changed. Names and values are
/// hashed with their lengths: no two lists run into each other.
/// </summary>
public sealed class KeyBuilder : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<Ingredient> _ingredients = [];

    public IReadOnlyList<Ingredient> Ingredients => _ingredients;

    public KeyBuilder Add(string name, string value)
    {
        _ingredients.Add(new Ingredient(name, value));
        Hash(name);
        Hash(value);
        return this;
    }

    /// <summary>Adds a digest of many files, and for explanations the files one by one.</summary>
    public KeyBuilder AddFiles(string name, ContentDigest content)
    {
        Add(name, content.Digest.ToString());
        _ingredients.AddRange(content.Files.Select(f => new Ingredient($"file {f.Path}", f.Mark)));
        return this;
    }

    public Digest Finish() => Digest.FromSha256(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void Hash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _hash.AppendData(BitConverter.GetBytes(bytes.Length));
        _hash.AppendData(bytes);
    }
}

/// <summary>What is in a selection of files: one digest over all, and a mark for each.</summary>
public sealed record ContentDigest(Digest Digest, IReadOnlyList<FileMark> Files);

/// <summary>A file's name within the selection, and a short text that changes with its content, mode or link target.</summary>
public readonly record struct FileMark(string Path, string Mark);
