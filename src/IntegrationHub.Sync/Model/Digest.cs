using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Sync.Model;

/// <summary>The first 16 bytes of a keyed SHA-256: what the store indexes instead of a clear value.</summary>
public readonly record struct Digest(UInt128 Value) : IComparable<Digest>
{
    public const int Length = 16;

    public static Digest Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    public int CompareTo(Digest other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x32");
}

/// <summary>Makes digests with the installation's key (HMAC-SHA-256, RFC 2104). Without the key an index entry, a content digest or an
/// audit digest says nothing about the value behind it, however easy the value is to guess.</summary>
public sealed class KeyedDigests
{
    private readonly byte[] key;

    /// <param name="key">32 bytes, made once for an installation and kept outside the database.</param>
    public KeyedDigests(ReadOnlySpan<byte> key)
    {
        if (key.Length != 32)
            throw new ArgumentException($"The digest key has {key.Length} bytes; 32 were expected.", nameof(key));
        this.key = key.ToArray();
    }

    public Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(key, content, hash);
        return Digest.Read(hash);
    }

    /// <param name="domain">What kind of text it is: equal texts of two domains have different digests.</param>
    public Digest Of(string domain, string text)
    {
        var length = domain.Length + text.Length + 1;
        var whole = length <= 256 ? stackalloc char[length] : new char[length];
        domain.CopyTo(whole);
        whole[domain.Length] = '\n';
        text.CopyTo(whole[(domain.Length + 1)..]);
        var bytes = length <= 256 ? stackalloc byte[length * 3] : new byte[length * 3];
        return Of(bytes[..Encoding.UTF8.GetBytes(whole, bytes)]);
    }
}
