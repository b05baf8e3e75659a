using System.Security.Cryptography;
using Corten.Linux.Security;

namespace Corten.Cli.Commands.Builder.Keys;

/// <summary>A private key as ssh names and uses it (RFC 4253 section 6.6, RFC 5656, RFC 8332, RFC 8709).</summary>
internal abstract class SshKey
{
    /// <summary>The public key as servers and agents know it.</summary>
    public abstract byte[] Public { get; }

    /// <summary>A signature with its kind before it.</summary>
    /// <param name="data">What is signed.</param>
    /// <param name="flags">Of the agent's request: which hash an RSA key is to use.</param>
    public abstract byte[] Sign(ReadOnlySpan<byte> data, uint flags);
}

internal sealed class RsaKey(RSA rsa) : SshKey
{
    /// <summary>SSH_AGENT_RSA_SHA2_256 and SSH_AGENT_RSA_SHA2_512.</summary>
    private const uint Sha256 = 2, Sha512 = 4;

    public override byte[] Public
    {
        get
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return new SshWriter().Text("ssh-rsa").Positive(numbers.Exponent).Positive(numbers.Modulus).Finish();
        }
    }

    public override byte[] Sign(ReadOnlySpan<byte> data, uint flags)
    {
        var (kind, hash) = (flags & Sha512) != 0 ? ("rsa-sha2-512", HashAlgorithmName.SHA512)
            : (flags & Sha256) != 0 ? ("rsa-sha2-256", HashAlgorithmName.SHA256)
            // What the flags mean that say nothing: servers of today refuse it, and clients of today do not ask for it.
            : ("ssh-rsa", HashAlgorithmName.SHA1);
        return new SshWriter().Text(kind).Bytes(rsa.SignData(data, hash, RSASignaturePadding.Pkcs1)).Finish();
    }
}

internal sealed class EllipticKey : SshKey
{
    private static readonly (string Name, string Oid, HashAlgorithmName Hash)[] Curves =
    [
        ("nistp256", "1.2.840.10045.3.1.7", HashAlgorithmName.SHA256), ("nistp384", "1.3.132.0.34", HashAlgorithmName.SHA384), ("nistp521", "1.3.132.0.35", HashAlgorithmName.SHA512),
    ];

    private readonly ECDsa key;
    private readonly (string Name, string Oid, HashAlgorithmName Hash) curve;

    /// <exception cref="FormatException">A curve that ssh does not have.</exception>
    public EllipticKey(ECDsa key)
    {
        this.key = key;
        var numbers = key.ExportParameters(includePrivateParameters: false);
        var oid = numbers.Curve.Oid.Value;
        // OpenSSL may give the curve by its name alone.
        curve = Array.Find(Curves, c => c.Oid == oid || (oid is null && c.Name[5..] == numbers.Curve.Oid.FriendlyName?[^3..]));
        Public = curve.Name is null ? throw new FormatException($"ssh has no keys on the curve {numbers.Curve.Oid.FriendlyName ?? oid}")
            : new SshWriter().Text("ecdsa-sha2-" + curve.Name).Text(curve.Name).Bytes([4, .. numbers.Q.X!, .. numbers.Q.Y!]).Finish();
    }

    public override byte[] Public { get; }

    public static ECCurve CurveOf(string name) =>
        Array.Find(Curves, c => c.Name == name) is { Oid: not null } found ? ECCurve.CreateFromValue(found.Oid) : throw new FormatException($"unknown curve {name}");

    public override byte[] Sign(ReadOnlySpan<byte> data, uint flags)
    {
        var numbers = key.SignData(data, curve.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var pair = new SshWriter().Positive(numbers.AsSpan(0, numbers.Length / 2)).Positive(numbers.AsSpan(numbers.Length / 2)).Finish();
        return new SshWriter().Text("ecdsa-sha2-" + curve.Name).Bytes(pair).Finish();
    }
}

internal sealed class EdwardsKey(byte[] seed) : SshKey
{
    private const string Kind = "ssh-ed25519";

    public override byte[] Public { get; } = new SshWriter().Text(Kind).Bytes(Ed25519.PublicKey(seed)).Finish();

    public override byte[] Sign(ReadOnlySpan<byte> data, uint flags) => new SshWriter().Text(Kind).Bytes(Ed25519.Sign(seed, data)).Finish();
}
