using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Builder.Keys;

/// <summary>A file with a private key: OpenSSH's own format (PROTOCOL.key), PKCS #1, PKCS #8 and SEC 1, none of them behind a passphrase.</summary>
internal static class PrivateKeyFile
{
    private const int MaxLength = 100 << 10;
    private const string EdwardsOid = "1.3.101.112";
    private const string AdviseAgent = "add it to an agent with ssh-add, and give --ssh the agent's socket";

    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <exception cref="CommandException">There is no such file, or no key in it that can be used.</exception>
    public static SshKey Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[MaxLength];
            return Parse(Encoding.UTF8.GetString(buffer, 0, file.ReadAtLeast(buffer, MaxLength, throwOnEndOfStream: false)));
        }
        catch (FormatException e)
        {
            throw new CommandException($"failed to parse {path}: {e.Message}");
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            throw new CommandException($"failed to parse {path}: it is damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"failed to read {path}: {(e is FileNotFoundException or DirectoryNotFoundException ? "no such file or directory" : e is UnauthorizedAccessException ? "permission denied" : "it can't be read")}");
        }
    }

    internal static SshKey Parse(string text)
    {
        if (text.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw Protected();
        }
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            var content = Convert.FromBase64String(rest[fields.Base64Data].ToString());
            switch (rest[fields.Label].ToString())
            {
                case "OPENSSH PRIVATE KEY":
                    return OfOpenSsh(content);
                case "RSA PRIVATE KEY":
                    return Rsa(key => key.ImportRSAPrivateKey(content, out _));
                case "EC PRIVATE KEY":
                    return Elliptic(key => key.ImportECPrivateKey(content, out _));
                case "PRIVATE KEY":
                    return OfPkcs8(content);
                case var label when label.EndsWith("PRIVATE KEY", StringComparison.Ordinal):
                    throw new FormatException($"unsupported key type \"{label}\"");
            }
        }
        throw new FormatException("no key found");
    }

    private static SshKey OfPkcs8(byte[] content)
    {
        var reader = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
        reader.ReadInteger();
        var oid = reader.ReadSequence().ReadObjectIdentifier();
        return oid switch
        {
            EdwardsOid => new EdwardsKey(new AsnReader(reader.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString()),
            "1.2.840.113549.1.1.1" => Rsa(key => key.ImportPkcs8PrivateKey(content, out _)),
            "1.2.840.10045.2.1" => Elliptic(key => key.ImportPkcs8PrivateKey(content, out _)),
            _ => throw new FormatException($"unsupported key type {oid}"),
        };
    }

    private static SshKey OfOpenSsh(byte[] content)
    {
        if (!content.AsSpan().StartsWith(Magic))
        {
            throw new FormatException("not a key of OpenSSH's");
        }
        var reader = new SshReader(content.AsSpan(Magic.Length));
        var cipher = reader.Text();
        reader.Bytes(); // How the passphrase becomes a key,
        reader.Bytes(); // and with what numbers.
        if (cipher != "none")
        {
            throw Protected();
        }
        if (reader.Number() != 1)
        {
            throw new FormatException("several keys in one file are not supported");
        }
        reader.Bytes(); // The public key.
        var secret = new SshReader(reader.Bytes());
        if (secret.Number() != secret.Number())
        {
            throw new FormatException("it is damaged");
        }
        var kind = secret.Text();
        return kind switch
        {
            "ssh-rsa" => OfNumbers(ref secret),
            "ssh-ed25519" => OfSeed(ref secret),
            _ when kind.StartsWith("ecdsa-sha2-", StringComparison.Ordinal) => OfPoint(ref secret),
            _ => throw new FormatException($"unsupported key type {kind}: {AdviseAgent}"),
        };
    }

    private static EdwardsKey OfSeed(ref SshReader secret)
    {
        secret.Bytes(); // The public key, which also follows the seed.
        return new EdwardsKey(secret.Bytes() is { Length: 64 } both ? both[..32].ToArray() : throw new FormatException("it is damaged"));
    }

    private static EllipticKey OfPoint(ref SshReader secret)
    {
        var curve = EllipticKey.CurveOf(secret.Text());
        var point = secret.Bytes();
        var size = point.Length / 2;
        var (x, y) = (point.Slice(1, size).ToArray(), point[(1 + size)..].ToArray());
        var number = Fit(Number(secret.Bytes()), size);
        return Elliptic(key => key.ImportParameters(new ECParameters { Curve = curve, D = number, Q = new ECPoint { X = x, Y = y } }));
    }

    /// <summary>The file has not all of what .NET wants; the rest follows from it.</summary>
    private static RsaKey OfNumbers(ref SshReader secret)
    {
        var (n, e, d) = (Number(secret.Bytes()), Number(secret.Bytes()), Number(secret.Bytes()));
        var (inverse, p, q) = (Number(secret.Bytes()), Number(secret.Bytes()), Number(secret.Bytes()));
        if (p <= 1 || q <= 1)
        {
            throw new FormatException("it is damaged");
        }
        var length = n.GetByteCount(isUnsigned: true);
        var half = (length + 1) / 2;
        return Rsa(key => key.ImportParameters(new RSAParameters
        {
            Modulus = Fit(n, length), Exponent = e.ToByteArray(isUnsigned: true, isBigEndian: true), D = Fit(d, length), P = Fit(p, half), Q = Fit(q, half),
            DP = Fit(d % (p - 1), half), DQ = Fit(d % (q - 1), half), InverseQ = Fit(inverse, half),
        }));
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Fit(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return bytes.Length <= length ? [.. new byte[length - bytes.Length], .. bytes] : throw new FormatException("it is damaged");
    }

    private static RsaKey Rsa(Action<RSA> fill)
    {
        var key = RSA.Create();
        fill(key);
        return new RsaKey(key);
    }

    private static EllipticKey Elliptic(Action<ECDsa> fill)
    {
        var key = ECDsa.Create();
        fill(key);
        return new EllipticKey(key);
    }

    private static FormatException Protected() => new($"this private key is passphrase protected: {AdviseAgent}");
}
