using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Connectors.Csv;

/// <summary>Gives a file's text as UTF-8, whatever its encoding, and knows which bytes are not text.</summary>
internal sealed class Utf8Source(Stream stream, Encoding configured, string file) : IDisposable
{
    public const int BlockBytes = 1 << 16;

    private readonly IncrementalHash content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] block = new byte[BlockBytes];
    private Encoding? detected;
    private Decoder? decoder;
    private Encoder? encoder;
    private char[] characters = [];

    /// <summary>The encoding that the file's byte order mark, or else the options, name.</summary>
    public Encoding Encoding => detected ?? configured;

    public ReadOnlyMemory<byte> ByteOrderMark { get; private set; }

    public bool Ended { get; private set; }

    /// <summary>How many bytes of the file have been read.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the file is UTF-8 itself, and its bytes are passed on as they are, unchecked.</summary>
    public bool IsRaw => configured.CodePage == Encoding.UTF8.CodePage;

    /// <summary>SHA-256 of the bytes read so far, in hexadecimal.</summary>
    public string ContentHash => Convert.ToHexStringLower(content.GetCurrentHash());

    /// <summary>The room that <see cref="ReadAsync"/> needs: three bytes for each character of a block, and what was left over.</summary>
    public int BytesMaxPerBlock => (BlockBytes + 64) * 3;

    /// <returns>The number of bytes of UTF-8 put into <paramref name="room"/>; may be 0 before the end.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        var first = Position == 0;
        var count = await stream.ReadAtLeastAsync(block, BlockBytes, throwOnEndOfStream: false, cancellationToken);
        content.AppendData(block, 0, count);
        Ended = count < BlockBytes;
        var bytes = block.AsMemory(0, count);
        if (first)
        {
            Detect(bytes.Span);
            bytes = bytes[ByteOrderMark.Length..];
            Position = ByteOrderMark.Length;
        }

        var written = IsRaw ? Copy(bytes.Span, room.Span) : Transcode(bytes.Span, room.Span);
        Position += bytes.Length;
        return written;
    }

    public ConnectorException Broken(long offset) => new(FailureKind.Blocked, "csv.encoding",
        $"{file}: the bytes at offset {offset} are not {Encoding.WebName}. Set 'encoding' to the file's own, or export it again.");

    public void Dispose() => content.Dispose();

    /// <summary>Where the text stops to be UTF-8.</summary>
    public static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var offset = 0;
        while (offset < text.Length && Rune.DecodeFromUtf8(text[offset..], out _, out var length) == System.Buffers.OperationStatus.Done)
            offset += length;
        return offset;
    }

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        bytes.CopyTo(room);
        return bytes.Length;
    }

    private int Transcode(ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        decoder ??= Encoding.GetDecoder();
        encoder ??= Encoding.UTF8.GetEncoder();
        if (characters.Length == 0)
            characters = new char[BlockBytes + 64];
        try
        {
            var count = decoder.GetChars(bytes, characters, flush: Ended);
            return encoder.GetBytes(characters.AsSpan(0, count), room, flush: Ended);
        }
        catch (DecoderFallbackException broken)
        {
            throw Broken(Math.Max(0, Position + broken.Index));
        }
    }

    private void Detect(ReadOnlySpan<byte> first)
    {
        foreach (var candidate in Candidates())
        {
            if (candidate.Preamble is not { Length: > 0 } mark || !first.StartsWith(mark))
                continue;
            detected = candidate;
            ByteOrderMark = mark.ToArray();
            return;
        }
    }

    // utf-16 alone does not say which byte comes first: the mark does.
    private IEnumerable<Encoding> Candidates() => configured.CodePage is 1200 or 1201
        ? [new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true)]
        : [configured];
}
