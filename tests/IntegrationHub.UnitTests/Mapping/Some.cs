using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping;

/// <summary>A small customer schema and mappings of it, for facts that are about neither.</summary>
internal static class Some
{
    public const string SchemaJson = """
        {
          "type": "object", "additionalProperties": false,
          "properties": {
            "kind": { "type": "string", "enum": ["person", "organisation"] },
            "name": { "type": "object", "x-sensitive": "personal", "properties": {
              "given": { "type": "string" }, "family": { "type": "string" }, "full": { "type": "string" } } },
            "birthDate": { "type": "string", "format": "date", "x-sensitive": "special" },
            "seenAt": { "type": ["string", "null"], "format": "date-time" },
            "language": { "type": "string" },
            "score": { "type": "number" },
            "visits": { "type": "integer" },
            "vip": { "type": "boolean" },
            "status": { "type": "string", "enum": ["active", "inactive", "prospect", "blocked"] },
            "tags": { "type": "array", "x-set": true, "items": { "type": "string" } },
            "emails": { "type": "array", "x-listKey": ["type"], "items": { "$ref": "#/definitions/email" } },
            "phones": { "type": "array", "x-listKey": ["type"], "items": { "type": "object", "properties": {
              "type": { "type": "string" }, "value": { "type": "string", "x-key": "phone" } } } },
            "addresses": { "type": "array", "x-listKey": ["type"], "items": { "type": "object", "properties": {
              "type": { "type": "string" }, "line1": { "type": "string" }, "city": { "type": "string" }, "postcode": { "type": "string" }, "country": { "type": "string" } } } },
            "identifiers": { "type": "array", "x-listKey": ["scheme"], "items": { "type": "object", "properties": {
              "scheme": { "type": "string" }, "value": { "type": "string" } } } },
            "consents": { "type": "array", "x-listKey": ["purpose", "channel"], "items": { "type": "object", "properties": {
              "purpose": { "type": "string" }, "channel": { "type": "string" },
              "status": { "type": "string", "enum": ["granted", "denied", "unknown"] }, "at": { "type": "string", "x-rule": "dateTime" } } } },
            "lines": { "type": "array", "x-listKey": ["no"], "items": { "type": "object", "properties": {
              "no": { "type": "integer" }, "amount": { "type": "number" } } } },
            "customFields": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }
          },
          "definitions": {
            "email": { "type": "object", "properties": {
              "type": { "type": "string", "enum": ["work", "home", "other"] },
              "value": { "type": "string", "x-key": "email", "x-sensitive": "personal" }, "verified": { "type": "boolean" } } }
          }
        }
        """;

    public static SchemaPaths Schema { get; } = SchemaPaths.Parse("customer", SchemaJson);

    /// <param name="fields">The content of "fields", without the brackets.</param>
    /// <param name="more">Further properties of the file, each ending in a comma.</param>
    public static string File(string fields, string more = "") =>
        $$"""{ "connector": "rest", "stream": "contacts", "entity": "customer", "key": "id", {{more}} "fields": [ {{fields}} ] }""";

    public static StreamMapping Mapping(string fields, string more = "")
    {
        var compilation = StreamMapping.Compile("some.json", File(fields, more), Schema);
        Assert.Empty(compilation.Problems);
        return compilation.Mapping!;
    }

    public static IReadOnlyList<ConfigurationProblem> Problems(string fields, string more = "")
    {
        var compilation = StreamMapping.Compile("some.json", File(fields, more), Schema);
        Assert.Null(compilation.Mapping);
        return compilation.Problems;
    }

    public static MappedRecord Read(this StreamMapping mapping, string payload) => mapping.Read(Encoding.UTF8.GetBytes(payload));

    public static string WriteText(this StreamMapping mapping, params Field[] fields) => Encoding.UTF8.GetString(mapping.Write(fields));

    public static Field Text(string path, string value) => new(path, FieldValue.Text(value));

    /// <summary>The folder of the solution.</summary>
    public static string Repository
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!System.IO.File.Exists(Path.Combine(folder, "IntegrationHub.sln")))
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No IntegrationHub.sln above the tests.");
            return folder;
        }
    }
}
