using System.Text.Json;
using Xunit;

namespace IntegrationHub.UnitTests.Validation;

/// <summary>What every canonical schema keeps to, read as plain JSON, without the validator's own reader.</summary>
public sealed class SchemaFilesTests
{
    public static TheoryData<string> Entities => [.. SchemaFiles.Texts.Keys];

    [Fact]
    public void TheEightEntitiesAndNoOthersHaveASchema() => Assert.Equal(
        ["campaign", "customer", "interaction", "invoice", "lead", "order", "product", "stock"], SchemaFiles.Validator.Entities);

    [Theory]
    [MemberData(nameof(Entities))]
    public void EverySchemaAndPropertyIsDescribedInOneSentence(string entity) => Assert.All(Schemas(entity), schema =>
    {
        var description = schema.Node.GetProperty("description").GetString() ?? "";
        Assert.True(
            char.IsUpper(description[0]) && description[^1] == '.' && !description.Contains(". ", StringComparison.Ordinal),
            $"{schema.Path}: {description}");
    });

    [Theory]
    [MemberData(nameof(Entities))]
    public void OnlyCustomFieldsTakeAnyProperty(string entity) => Assert.All(
        Schemas(entity).Where(schema => Is(schema.Node, "object")),
        schema => Assert.Equal(
            schema.Path.EndsWith(".customFields", StringComparison.Ordinal),
            schema.Node.GetProperty("additionalProperties").ValueKind == JsonValueKind.Object));

    [Theory]
    [MemberData(nameof(Entities))]
    public void EveryListHasRequiredKeysOrIsASet(string entity) => Assert.All(
        Schemas(entity).Where(schema => Is(schema.Node, "array")),
        schema =>
        {
            var items = schema.Node.GetProperty("items");
            if (Is(items, "string"))
                Assert.True(schema.Node.GetProperty("x-set").GetBoolean());
            else
                Assert.Equal(Names(schema.Node.GetProperty("x-listKey")), Names(items.GetProperty("required")));
        });

    [Theory]
    [MemberData(nameof(Entities))]
    public void KeywordsOfOurOwnHaveOnlyTheirDocumentedValues(string entity) => Assert.All(Schemas(entity), schema =>
    {
        if (schema.Node.TryGetProperty("x-sensitive", out var sensitive))
            Assert.Contains(sensitive.GetString(), (string[])["personal", "special"]);
        if (schema.Node.TryGetProperty("x-key", out var key))
            Assert.Contains(key.GetString(), (string[])["email", "phone", "identifier", "handle"]);
        Assert.All(
            schema.Node.EnumerateObject().Where(property => property.Name.StartsWith("x-", StringComparison.Ordinal)),
            property => Assert.Contains(
                property.Name, (string[])["x-listKey", "x-set", "x-sensitive", "x-key", "x-rule", "x-ruleByKey", "x-decimal"]));
    });

    [Theory]
    [MemberData(nameof(Entities))]
    public void WhatIdentifiesACustomerIsPersonalData(string entity) => Assert.All(
        Schemas(entity).Where(schema => schema.Node.TryGetProperty("x-key", out _)),
        schema => Assert.True(schema.Node.TryGetProperty("x-sensitive", out _), schema.Path));

    private static IEnumerable<(string Path, JsonElement Node)> Schemas(string entity)
    {
        using var document = JsonDocument.Parse(SchemaFiles.Texts[entity]);
        return [.. Below(entity, document.RootElement.Clone())];
    }

    private static IEnumerable<(string Path, JsonElement Node)> Below(string path, JsonElement node)
    {
        yield return (path, node);
        if (node.TryGetProperty("items", out var items))
        {
            foreach (var inner in Below(path + "[]", items))
                yield return inner;
        }

        if (!node.TryGetProperty("properties", out var properties))
            yield break;
        foreach (var inner in properties.EnumerateObject().SelectMany(property => Below($"{path}.{property.Name}", property.Value)))
            yield return inner;
    }

    private static bool Is(JsonElement node, string type) =>
        node.GetProperty("type") is { ValueKind: JsonValueKind.String } declared && declared.GetString() == type;

    private static string?[] Names(JsonElement names) => [.. names.EnumerateArray().Select(name => name.GetString())];
}
