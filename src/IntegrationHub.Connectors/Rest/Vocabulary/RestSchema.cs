using System.ComponentModel;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace IntegrationHub.Connectors.Rest.Vocabulary;

/// <summary>The JSON Schema of the <c>rest</c> section, made from the vocabulary itself so that the two cannot differ.</summary>
internal static class RestSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text()
    {
        var schema = VocabularyReader.Json.GetJsonSchemaAsNode(typeof(RestOptions), new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "A system's HTTP interface as data: the 'rest' section of connector.json, or of a connection's options");
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        // A keyword that takes anything has the schema "true", which not every reader of schemas knows, and which holds no description.
        var takesAnything = schema.GetValueKind() == JsonValueKind.True && context.PropertyInfo is not null;
        var described = schema as JsonObject ?? (takesAnything ? [] : null);
        var attributes = context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true);
        if (attributes is [DescriptionAttribute description, ..])
            described?.Insert(0, "description", description.Description);
        return described ?? schema;
    }
}
