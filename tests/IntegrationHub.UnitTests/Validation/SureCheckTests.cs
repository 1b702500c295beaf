using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Mapping.Validation.Rules;
using Xunit;

namespace IntegrationHub.UnitTests.Validation;

/// <summary>The quick check may only ever say "valid" where the schema library and the field rules find nothing.</summary>
public sealed class SureCheckTests
{
    private static readonly Dictionary<string, SchemaNode> Schemas = SchemaFiles.Texts.ToDictionary(
        text => text.Key, text => new SchemaReader(text.Key, new FieldRules(SchemaFiles.Clock)).Read(text.Value), StringComparer.Ordinal);

    private static readonly string[] KeyTexts = ["work", "home", "", "a%5D.b", "a,b", "iban", "cn-uscc", "vat", new('k', 64), new('k', 65)];

    private static readonly FieldValue[] Values =
    [
        FieldValue.Empty, FieldValue.Text("x"), FieldValue.Text("person"), FieldValue.Text("active"), FieldValue.Text("given"), FieldValue.Text("GB"), FieldValue.Text("EUR"),
        FieldValue.Text("ada@example.org"), FieldValue.Text("+442079460000"), FieldValue.Text("1980-02-29"), FieldValue.Text("2025-05-05T10:00:00Z"), FieldValue.Text("en"),
        FieldValue.Text("12.50"), FieldValue.Text(new string('x', 200)), FieldValue.Text(new string('x', 201)), FieldValue.Text(new string('x', 20_000)),
        FieldValue.Text("GB82WEST12345698765432"), FieldValue.Number(0), FieldValue.Number(-1), FieldValue.Number(1.5m), FieldValue.Number(decimal.MaxValue),
        FieldValue.Boolean(true), FieldValue.Boolean(false), FieldValue.Set(["x"]), FieldValue.Set([new string('x', 201)]),
    ];

    [Theory]
    [InlineData("customer")]
    [InlineData("lead")]
    [InlineData("product")]
    [InlineData("stock")]
    [InlineData("order")]
    [InlineData("invoice")]
    [InlineData("interaction")]
    [InlineData("campaign")]
    public void WhatIsSurelyValidIsValid(string entity)
    {
        var (sure, all) = (0, 0);
        var required = Required(entity);
        var places = Places(Schemas[entity], "").Concat(["unknown", "customFields.a-b", "customFields.a b", "name", "emails", "emails[", "emails[type=work]"]).ToArray();
        Prop.ForAll(
            (from count in Gen.Choose(0, 6)
             from paths in Gen.Elements(places).ArrayOf(count)
             from keys in Gen.Elements(KeyTexts).ArrayOf(count)
             from values in Gen.Elements(Values).ArrayOf(count)
             select required.With(paths.Select((path, i) => new Field(path.Replace("*", keys[i], StringComparison.Ordinal), values[i])))).ToArbitrary(),
            fields =>
            {
                var isSure = SureCheck.IsSurelyValid(Schemas[entity], fields);
                (sure, all) = (sure + (isSure ? 1 : 0), all + 1);
                return !isSure || SchemaFiles.Validator.CheckFully(entity, Schemas[entity], fields).Count == 0;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
        // Neither check is put to the test where one answer is all there is.
        Assert.InRange(sure, 1, all - 1);
    }

    [Fact]
    public void AUsualCustomerIsRecognised() => Assert.True(SureCheck.IsSurelyValid(Schemas["customer"], Usual()));

    [Theory]
    [InlineData("emails[type=work].value", "no address")]
    [InlineData("status", "retired")]
    [InlineData("birthDate", "2999-01-01")]
    [InlineData("surname", "Lovelace")]
    [InlineData("emails[type=work].type", "home")]
    [InlineData("identifiers[scheme=iban].value", "GB82WEST12345698765433")]
    [InlineData("addresses[kind=mailing].city", "London")]
    public void WhatMayBeWrongIsLeftToTheLibrary(string path, string value)
    {
        var fields = Usual().With([new(path, FieldValue.Text(value))]);

        Assert.False(SureCheck.IsSurelyValid(Schemas["customer"], fields));
        Assert.NotEmpty(SchemaFiles.Validator.Check("customer", fields));
    }

    private static FieldMap Usual() => FieldMap.From(new (string Path, FieldValue Value)[]
    {
        ("kind", FieldValue.Text("person")), ("name.given", FieldValue.Text("Ada")), ("name.family", FieldValue.Text("Lovelace")),
        ("emails[type=work].value", FieldValue.Text("ada@example.org")), ("emails[type=work].verified", FieldValue.Boolean(true)),
        ("phones[type=work].value", FieldValue.Text("+442079460000")), ("birthDate", FieldValue.Text("1980-02-29")),
        ("addresses[type=mailing].city", FieldValue.Text("London")), ("addresses[type=mailing].country", FieldValue.Text("GB")),
        ("identifiers[scheme=iban].value", FieldValue.Text("GB82WEST12345698765432")), ("status", FieldValue.Text("active")),
        ("organisation.role", FieldValue.Empty), ("tags", FieldValue.Set(["vip", "press"])), ("customFields.shoe-size", FieldValue.Number(38)),
    }.Select(field => new Field(field.Path, field.Value)));

    // The first value at hand that nobody objects to, for each field that must not be absent.
    private static FieldMap Required(string entity) => FieldMap.From(Schemas[entity].Required.Select(name => Schemas[entity].Find(name)!.Schema.Enumeration
        .Select(text => FieldValue.Text((string)text!)).Concat(Values.Skip(1)).Select(value => new Field(name, value))
        .First(field => SchemaFiles.Validator.CheckFully(entity, Schemas[entity], FieldMap.From([field])).All(problem => problem.Field != name))));

    private static IEnumerable<string> Places(SchemaNode node, string path)
    {
        if (path.Length > 0 && node.Kind is SchemaNodeKind.Scalar or SchemaNodeKind.Set)
            return [path];
        var prefix = node.Kind == SchemaNodeKind.List ? $"{path}[{string.Join(',', node.Keys.Select(key => key + "=*"))}]." : path.Length == 0 ? "" : path + ".";
        return node.PropertyNames.SelectMany(name => Places(node.Find(name)!, prefix + name));
    }
}
