using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Shows what a mapping makes of records.</summary>
public static class MappingPreview
{
    /// <param name="payloads">Records as the source shows them, each one JSON object in UTF-8.</param>
    /// <returns>One entry for each payload, in their order.</returns>
    public static IReadOnlyList<PreviewedRecord> Run(StreamMapping mapping, IReadOnlyList<ReadOnlyMemory<byte>> payloads) =>
        [.. payloads.Select(payload => Preview(mapping, payload.Span))];

    private static PreviewedRecord Preview(StreamMapping mapping, ReadOnlySpan<byte> payload)
    {
        var read = mapping.Read(payload);
        var problems = new List<Problem>(read.Problems);
        var written = mapping.Write(read.Fields, problems);
        return new(CanonicalJson.Write(read.Fields, mapping.Schema, CanonicalJson.Indented), Indent(written), problems);
    }

    private static string Indent(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, CanonicalJson.Indented))
            document.RootElement.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
