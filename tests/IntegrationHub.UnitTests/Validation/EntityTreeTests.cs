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
    private static readonly SchemaNode Customer =
        new SchemaReader("customer", new FieldRules(SchemaFiles.Clock)).Read(SchemaFiles.Texts["customer"]);

    private static readonly string[] Paths =
    [
        "kind", "status", "name.given", "name.family", "birthDate", "organisation.name", "customFields.a", "customFields.a-b",
        "emails[type=work].value", "emails[type=work].verified", "emails[type=workshop].value", "emails[type=home].value",
        "emails[type=a%5D.b].value", "phones[type=work].value", "phones[type=work].country",
        "consents[channel=email,purpose=marketing].status", "consents[channel=email,purpose=service].status",
        "consents[channel=phone,purpose=service].at", "consents[channel=phone,purpose=service].source",
        "name0", "unknown.deep[x=1].y", "unknown.deep[x=1].z",
    ];

    private static readonly FieldValue[] Values =
    [
        FieldValue.Text("x"), FieldValue.Text("person"), FieldValue.Text(new string('x', 600)), FieldValue.Number(1.5m), FieldValue.Boolean(true),
        FieldValue.Set(["x", "y"]), FieldValue.Empty,
    ];

    private static readonly string[] SchemaRules = ["type", "enum", "unknownField", "minLength", "maxLength", "required"];

    [Fact]
    public void TheTreeIsWhatASlowBuilderMakes() => Prop.ForAll(
        Gen.SubListOf(Paths).ToArbitrary(),
        chosen =>
        {
            var fields = FieldMap.From(chosen.Select((path, index) => new Field(path, FieldValue.Number(index))));
            return JToken.DeepEquals(Slowly(fields), EntityTree.Build(Customer, fields).Root);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void NothingThatTheSchemaRefusesPassesInSilence() => Prop.ForAll(
        (from count in Gen.Choose(0, 3)
         from chosen in Gen.Elements([.. Paths, $"phones[type={new string('x', 65)}].country", "name.wrong"]).ArrayOf(count)
         from values in Gen.Elements(Values).ArrayOf(count)
         select FieldMap.From(chosen.Zip(values, (path, value) => new Field(path, value)))).ToArbitrary(),
        fields =>
        {
            var refused = Customer.Schema.Validate(Slowly(fields).ToString()).Count > 0;
            var problems = SchemaFiles.Validator.Check("customer", fields);
            return refused == problems.Any(problem => SchemaRules.Contains(problem.Rule));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("1", JTokenType.Integer)]
    [InlineData("-1.5", JTokenType.Float)]
    [InlineData("79228162514264337593543950335", JTokenType.Float)]
    public void ANumberStaysExact(string text, JTokenType type)
    {
        var number = decimal.Parse(text);

        var fields = FieldMap.From([new("customFields.n", FieldValue.Number(number))]);
        var token = EntityTree.Build(Customer, fields).Root["customFields"]?["n"];

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
            if (field.Value.IsEmpty && field.Path is not ("name.wrong" or "name0") && steps[0].Name != "unknown")
                continue;
            at[steps[^1].Name] = field.Value.Kind switch
            {
                FieldKind.Number => JToken.Parse(field.Value.AsText),
                FieldKind.Boolean => new JValue(field.Value.IsTrue),
                FieldKind.Set => new JArray(field.Value.AsSet),
                FieldKind.Text => new JValue(field.Value.AsText),
                _ => JValue.CreateNull(),
            };
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
        var known = list.Children<JObject>().FirstOrDefault(element => step.Keys.All(key => (string?)element[key.Key] == key.Value));
        if (known is not null)
            return known;
        var made = new JObject(step.Keys.Select(key => new JProperty(key.Key, key.Value)));
        list.Add(made);
        return made;
    }
}
