using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Mapping.Validation.Rules;
using Newtonsoft.Json.Linq;
using Xunit;

namespace IntegrationHub.UnitTests.Validation;

public sealed class EntityTreeTests
{
    private static readonly SchemaNode Customer = new SchemaReader("customer", new FieldRules(SchemaFiles.Clock)).Read(SchemaFiles.Texts["customer"]);

    private static readonly string[] Paths =
    [
        "kind", "name.given", "name.family", "birthDate", "emails[type=work].value", "emails[type=work].verified", "emails[type=workshop].value",
        "emails[type=home].value", "emails[type=a%5D.b].value", "phones[type=work].value", "phones[type=work].country", "organisation.name",
        "consents[channel=email,purpose=marketing].status", "consents[channel=email,purpose=service].status", "consents[channel=phone,purpose=service].at",
        "consents[channel=phone,purpose=service].source", "customFields.a", "customFields.a-b", "status", "unknown.deep[x=1].y", "unknown.deep[x=1].z",
    ];

    [Fact]
    public void TheTreeIsWhatASlowBuilderMakes() => Prop.ForAll(
        Gen.SubListOf(Paths).ToArbitrary(),
        chosen =>
        {
            var fields = FieldMap.From(chosen.Select((path, index) => new Field(path, FieldValue.Number(index))));
            return JToken.DeepEquals(Slowly(fields), EntityTree.Build(Customer, fields).Root);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("1", JTokenType.Integer)]
    [InlineData("-1.5", JTokenType.Float)]
    [InlineData("79228162514264337593543950335", JTokenType.Float)]
    public void ANumberStaysExact(string text, JTokenType type)
    {
        var number = decimal.Parse(text);

        var token = EntityTree.Build(Customer, FieldMap.From([new("customFields.n", FieldValue.Number(number))])).Root["customFields"]?["n"];

        Assert.Equal((type, number), (token?.Type, token?.Value<decimal>()));
    }

    // Parses every path on its own and looks for its element from the start.
    private static JObject Slowly(FieldMap fields)
    {
        var root = new JObject();
        foreach (var field in fields)
        {
            var steps = CanonicalPath.Parse(field.Path);
            var at = root;
            foreach (var step in steps.SkipLast(1))
                at = step.Keys.Count == 0 ? Property(at, step.Name) : Element(at, step);
            at[steps[^1].Name] = new JValue(long.Parse(field.Value.AsText));
        }

        return root;
    }

    private static JObject Property(JObject parent, string name)
    {
        parent[name] ??= new JObject();
        return (JObject)parent[name]!;
    }

    private static JObject Element(JObject parent, PathStep step)
    {
        parent[step.Name] ??= new JArray();
        var list = (JArray)parent[step.Name]!;
        if (list.Children<JObject>().FirstOrDefault(element => step.Keys.All(key => (string?)element[key.Key] == key.Value)) is { } found)
            return found;
        var made = new JObject(step.Keys.Select(key => new JProperty(key.Key, key.Value)));
        list.Add(made);
        return made;
    }
}
