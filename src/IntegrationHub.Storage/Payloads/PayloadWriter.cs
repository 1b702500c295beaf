using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IntegrationHub.Storage.Payloads;

/// <summary>A JSON writer and its buffer, used again and again by one thread at a time.</summary>
internal sealed class PayloadWriter : IDisposable
{
    [ThreadStatic]
    private static PayloadWriter? current;

    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private readonly Utf8JsonWriter json;

    private PayloadWriter() =>
        json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>Writes one payload and gives its bytes.</summary>
    public static byte[] Write<T>(T content, Action<Utf8JsonWriter, T> write)
    {
        var writer = current ??= new();
        writer.buffer.ResetWrittenCount();
        writer.json.Reset(writer.buffer);
        write(writer.json, content);
        writer.json.Flush();
        return writer.buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => json.Dispose();
}
