using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.Connectors.Csv;

/// <summary>Writes rows in the file's own encoding and habits, and proves that what was copied is what was there.</summary>
/// <remarks>A line end is written when the next row comes: a file that ended without one ends without one again.</remarks>
internal sealed class RowWriter(Stream stream, Utf8Source source, LineEnd usual) : IDisposable
{
    private readonly IncrementalHash original = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private LineEnd due;
    private bool any;

    /// <summary>Copies a row of the file.</summary>
    public void Copy(ReadOnlyMemory<byte> text, LineEnd lineEnd)
    {
        var bytes = Encode(text.Span);
        Prove(bytes, lineEnd);
        Put(bytes, lineEnd);
    }

    /// <summary>Leaves a row out.</summary>
    public void Omit(ReadOnlyMemory<byte> text, LineEnd lineEnd) => Prove(Encode(text.Span), lineEnd);

    /// <summary>Puts another text in a row's place.</summary>
    public void Replace(ReadOnlyMemory<byte> text, LineEnd lineEnd, ReadOnlySpan<byte> by)
    {
        Omit(text, lineEnd);
        Put(Encode(by), lineEnd);
    }

    /// <summary>Adds a row at the end.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        if (any && due == LineEnd.None)
            due = usual;
        Put(Encode(text), usual);
    }

    /// <param name="lastLineEnd">How the file's last row ended.</param>
    public void Finish(LineEnd lastLineEnd)
    {
        if (lastLineEnd != LineEnd.None)
            Put(default, LineEnd.None);
    }

    public void Mark()
    {
        stream.Write(source.ByteOrderMark.Span);
        original.AppendData(source.ByteOrderMark.Span);
    }

    /// <summary>Whether the rows that were given are the file, byte for byte.</summary>
    public bool IsFaithful => Convert.ToHexStringLower(original.GetCurrentHash()) == source.ContentHash;

    public void Dispose() => original.Dispose();

    private void Put(ReadOnlySpan<byte> bytes, LineEnd lineEnd)
    {
        stream.Write(EncodeLineEnd(due));
        stream.Write(bytes);
        due = lineEnd;
        any = true;
    }

    private void Prove(ReadOnlySpan<byte> bytes, LineEnd lineEnd)
    {
        original.AppendData(bytes);
        original.AppendData(EncodeLineEnd(lineEnd));
    }

    private byte[] EncodeLineEnd(LineEnd lineEnd) => source.Encoding.GetBytes(lineEnd.Text());

    private ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> text) => source.IsRaw ? text : source.Encoding.GetBytes(Encoding.UTF8.GetString(text));
}
