using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>The nested JSON form of a canonical entity.</summary>
public static class CanonicalJson
{
    public static FieldMap Parse(string nestedJson, SchemaPaths schema) => throw new NotSupportedException();

    public static string Write(FieldMap fields, SchemaPaths schema) => throw new NotSupportedException();

    public static void WriteNested(Utf8JsonWriter writer, FieldMap fields, SchemaPaths? schema = null) => throw new NotSupportedException();
}
