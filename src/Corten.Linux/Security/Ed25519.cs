using System.Security.Cryptography;
using Corten.Linux.Interop;

namespace Corten.Linux.Security;

/// <summary>Signatures of RFC 8032, by OpenSSL.</summary>
public static class Ed25519
{
    /// <summary>Bytes of a private key (the seed), and of a public one.</summary>
    public const int KeyLength = 32;

    private const int SignatureLength = 64;

    /// <exception cref="CryptographicException">OpenSSL does not take the key.</exception>
    public static unsafe byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        var pair = Open(seed);
        try
        {
            var bytes = new byte[KeyLength];
            var length = (nuint)bytes.Length;
            fixed (byte* to = bytes)
            {
                return Crypto.GetRawPublicKey(pair, to, &length) == 1 ? bytes : throw new CryptographicException("the public key of an Ed25519 key can't be had");
            }
        }
        finally
        {
            Crypto.FreeKey(pair);
        }
    }

    /// <exception cref="CryptographicException">OpenSSL does not take the key.</exception>
    public static unsafe byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> data)
    {
        var pair = Open(seed);
        var context = Crypto.NewContext();
        try
        {
            var signature = new byte[SignatureLength];
            var length = (nuint)signature.Length;
            fixed (byte* to = signature, from = data)
            {
                return context != 0 && Crypto.SignInit(context, 0, 0, 0, pair) == 1 && Crypto.Sign(context, to, &length, from, (nuint)data.Length) == 1 ? signature
                    : throw new CryptographicException("Ed25519 does not sign");
            }
        }
        finally
        {
            Crypto.FreeContext(context);
            Crypto.FreeKey(pair);
        }
    }

    private static unsafe nint Open(ReadOnlySpan<byte> seed)
    {
        fixed (byte* from = seed)
        {
            var pair = seed.Length == KeyLength ? Crypto.NewRawPrivateKey(Crypto.Ed25519, 0, from, (nuint)seed.Length) : 0;
            return pair != 0 ? pair : throw new CryptographicException("not an Ed25519 key");
        }
    }
}
