using IntegrationHub.Mapping.Validation;
using Xunit;

namespace IntegrationHub.UnitTests.Validation;

public sealed class SchemaReaderTests
{
    [Theory]
    [InlineData("not json", "cannot be read")]
    [InlineData("""{ "type": "string" }""", "its type must be 'object'")]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "string", "x-rule": "emial" } } }""", "pet.a names the field rule 'emial'")]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "string", "x-rule": 7 } } }""", "pet.a names the field rule ''")]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "array", "items": { "type": "string" } } } }""", "\"x-set\": true or objects")]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "array", "items": { "type": "object" } } } }""", "needs \"x-listKey\"")]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "array", "x-listKey": ["b"], "items": { "type": "object" } } } }""", "names 'b'")]
    [InlineData("""{ "type": "object", "properties": { "a": { "type": "string", "x-ruleByKey": "iban" } } }""", "\"x-ruleByKey\" must be")]
    [InlineData("""{ "type": "object", "properties": { "a": { "$ref": "#" } } }""", "refers to itself")]
    public void ASchemaThatCannotWorkIsRefusedWhenItIsRead(string json, string message)
    {
        var schemas = new Dictionary<string, string>(StringComparer.Ordinal) { ["pet"] = json };

        var error = Assert.Throws<FormatException>(() => EntityValidator.Parse(schemas, SchemaFiles.Clock));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
