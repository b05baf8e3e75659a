using System.Security.Cryptography;
using Corten.Cli.Commands.Builder.Keys;

namespace Corten.Cli.Tests.Builder.Keys;

/// <summary>Files with keys, served as an agent does. Keys are made anew for each run, but for the one of RFC 8032, section 7.1, test 2.</summary>
public sealed class KeyRingTests
{
    private const uint Sha512 = 4;

    private static readonly byte[] Seed = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    private static readonly byte[] SeedPublic = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    private static readonly byte[] SeedSignature = Convert.FromHexString(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    private static readonly byte[] Data = "what is signed"u8.ToArray();

    [Theory]
    [InlineData("pkcs1")]
    [InlineData("pkcs8")]
    [InlineData("openssh")]
    public void An_rsa_key_signs_with_the_hash_that_is_asked_for(string form)
    {
        using var rsa = RSA.Create(2048);
        var p = rsa.ExportParameters(true);
        var text = form switch
        {
            "pkcs1" => rsa.ExportRSAPrivateKeyPem(),
            "pkcs8" => rsa.ExportPkcs8PrivateKeyPem(),
            _ => OpenSsh(w => w.Text("ssh-rsa").Positive(p.Modulus).Positive(p.Exponent).Positive(p.D).Positive(p.InverseQ).Positive(p.P).Positive(p.Q)),
        };
        var (kind, signature) = Signed(PrivateKeyFile.Parse(text), Data, Sha512);
        Assert.Equal("rsa-sha2-512", kind);
        Assert.True(rsa.VerifyData(Data, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));
    }

    [Theory]
    [InlineData("nistp256", "sec1")]
    [InlineData("nistp384", "pkcs8")]
    [InlineData("nistp521", "openssh")]
    public void A_key_on_a_curve_signs(string name, string form)
    {
        using var key = ECDsa.Create(EllipticKey.CurveOf(name));
        var p = key.ExportParameters(true);
        var text = form switch
        {
            "sec1" => key.ExportECPrivateKeyPem(),
            "pkcs8" => key.ExportPkcs8PrivateKeyPem(),
            _ => OpenSsh(w => w.Text("ecdsa-sha2-" + name).Text(name).Bytes([4, .. p.Q.X!, .. p.Q.Y!]).Positive(p.D)),
        };
        var (kind, signature) = Signed(PrivateKeyFile.Parse(text), Data, 0);
        var pair = new SshReader(signature);
        var (r, s) = (Fit(pair.Bytes(), p.D!.Length), Fit(pair.Bytes(), p.D.Length));
        Assert.Equal("ecdsa-sha2-" + name, kind);
        Assert.True(key.VerifyData(Data, (byte[])[.. r, .. s], name switch { "nistp256" => HashAlgorithmName.SHA256, "nistp384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_ed25519_key_gives_the_signature_of_the_rfc(bool openSsh)
    {
        var key = PrivateKeyFile.Parse(openSsh ? OpenSsh(w => w.Text("ssh-ed25519").Bytes(SeedPublic).Bytes([.. Seed, .. SeedPublic]))
            : PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. Seed]));
        Assert.Equal(new SshWriter().Text("ssh-ed25519").Bytes(SeedPublic).Finish(), key.Public);
        var (_, signature) = Signed(key, [0x72], 0);
        Assert.Equal(SeedSignature, signature);
    }

    [Fact]
    public void Keys_are_listed_and_nothing_else_is_done()
    {
        using var ring = new KeyRing([new EdwardsKey(Seed)]);
        var answer = new SshReader(ring.Answer([11]));
        Assert.Equal((12, 1u), (answer.Byte(), answer.Number()));
        Assert.Equal(new EdwardsKey(Seed).Public, answer.Bytes().ToArray());
        Assert.Equal("", answer.Text());
        Assert.True(answer.AtEnd);
        // Removing all keys, locking, extensions; a signature by a key that is not here; messages that end too early.
        byte[] unknown = new SshWriter().Byte(13).Text("none").Bytes(Data).Number(0).Finish();
        Assert.All(new byte[][] { [19], [22], [27], unknown, [13], [13, 0, 0, 0, 9], [] }, m => Assert.Equal([5], ring.Answer(m)));
    }

    [Theory]
    [InlineData("junk", "no key found")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "this private key is passphrase protected: add it to an agent with ssh-add, and give --ssh the agent's socket")]
    [InlineData("-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n", "unsupported key type \"DSA PRIVATE KEY\"")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n", "it ends too early")]
    public void What_is_no_key_is_named(string text, string words) => Assert.Equal(words, Assert.Throws<FormatException>(() => PrivateKeyFile.Parse(text)).Message);

    private static (string Kind, byte[] Signature) Signed(SshKey key, byte[] data, uint flags)
    {
        using var ring = new KeyRing([key]);
        var answer = new SshReader(ring.Answer(new SshWriter().Byte(13).Bytes(key.Public).Bytes(data).Number(flags).Finish()));
        Assert.Equal(14, answer.Byte());
        var signature = new SshReader(answer.Bytes());
        return (signature.Text(), signature.Bytes().ToArray());
    }

    private static string OpenSsh(Action<SshWriter> key)
    {
        var secret = new SshWriter().Number(7).Number(7);
        key(secret);
        return PemEncoding.WriteString("OPENSSH PRIVATE KEY",
            [.. "openssh-key-v1\0"u8, .. new SshWriter().Text("none").Text("none").Text("").Number(1).Text("public").Bytes(secret.Text("comment").Finish()).Finish()]);
    }

    private static byte[] Fit(ReadOnlySpan<byte> number, int length) => number.TrimStart((byte)0) is var bytes ? [.. new byte[length - bytes.Length], .. bytes] : [];
}
