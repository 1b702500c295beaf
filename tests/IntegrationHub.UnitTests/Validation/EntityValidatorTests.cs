using IntegrationHub.Abstractions;
using IntegrationHub.Mapping.Validation;
using Xunit;

namespace IntegrationHub.UnitTests.Validation;

public sealed class EntityValidatorTests
{
    private static readonly EntityValidator Validator = SchemaFiles.Validator;

    public static TheoryData<string, string, FieldValue, string> Wrong => new()
    {
        { "customer", "kind", FieldValue.Text("robot"), "enum" },
        { "customer", "kind", FieldValue.Number(1), "type" },
        { "customer", "name", FieldValue.Text("Ada"), "type" },
        { "customer", "name", FieldValue.Empty, "type" },
        { "customer", "name.givenName", FieldValue.Text("Ada"), "unknownField" },
        { "customer", "name.givenName", FieldValue.Empty, "unknownField" },
        { "customer", "name.given", FieldValue.Text(new string('a', 201)), "maxLength" },
        { "customer", "nickname.short", FieldValue.Text("Ada"), "unknownField" },
        { "customer", "emails[type=work].value", FieldValue.Text("ada@"), "email" },
        { "customer", "emails[type=work].verified", FieldValue.Text("yes"), "type" },
        { "customer", "emails[type=work].label", FieldValue.Text("Office"), "unknownField" },
        { "customer", "emails[kind=work].value", FieldValue.Text("ada@example.org"), "listKey" },
        { "customer", "emails[primary=true,type=work].value", FieldValue.Text("ada@example.org"), "listKey" },
        { "customer", "emails[type=work]", FieldValue.Text("ada@example.org"), "type" },
        { "customer", "emails.value", FieldValue.Text("ada@example.org"), "type" },
        { "customer", "emails", FieldValue.Set(["ada@example.org"]), "type" },
        { "customer", "name[type=legal].given", FieldValue.Text("Ada"), "type" },
        { "customer", "consents[purpose=marketing].status", FieldValue.Text("granted"), "listKey" },
        { "customer", "consents[channel=email,purpose=marketing].status", FieldValue.Text("yes"), "enum" },
        { "customer", "consents[channel=email,purpose=marketing].at", FieldValue.Text("2026-03-01"), "dateTime" },
        { "customer", "phones[type=work].value", FieldValue.Text("020 7946 0018"), "phone" },
        { "customer", "addresses[type=home].country", FieldValue.Text("Germany"), "country" },
        { "customer", "birthDate", FieldValue.Text("2026-03-03"), "birthDate" },
        { "customer", "language", FieldValue.Text("zh_CN"), "language" },
        { "customer", "name.script", FieldValue.Text("Chinese"), "script" },
        { "customer", "identifiers[scheme=cn-resident-id].value", FieldValue.Text("110101199003070000"), "chineseResidentId" },
        { "customer", "identifiers[scheme=iban].value", FieldValue.Text("DE00370400440532013000"), "iban" },
        { "customer", "tags", FieldValue.Text("vip"), "type" },
        { "customer", "", FieldValue.Text("x"), "path" },
        { "customer", "name.", FieldValue.Text("x"), "path" },
        { "customer", "customFields.a/b", FieldValue.Text("x"), "path" },
        { "customer", "emails[type=work", FieldValue.Text("x"), "path" },
        { "customer", "emails[type=work]value", FieldValue.Text("x"), "path" },
        { "customer", "emails[].value", FieldValue.Text("ada@example.org"), "listKey" },
        { "customer", "name.given.first", FieldValue.Text("x"), "type" },
        { "customer", "customFields.colour", FieldValue.Set(["red"]), "type" },
        { "order", "lines[id=1].quantity", FieldValue.Text("two"), "type" },
        { "order", "lines[id=1].taxRate", FieldValue.Number(119), "maximum" },
        { "order", "currency", FieldValue.Text("€"), "currency" },
        { "product", "barcode", FieldValue.Text("12-34"), "pattern" },
        { "product", "url", FieldValue.Text("example.org"), "url" },
        { "interaction", "duration", FieldValue.Number(-1), "minimum" },
    };

    public static TheoryData<string, string, FieldValue> Right => new()
    {
        { "customer", "name.given", FieldValue.Empty },
        { "customer", "kind", FieldValue.Empty },
        { "customer", "tags", FieldValue.Set(["vip", "press"]) },
        { "customer", "tags", FieldValue.Empty },
        { "customer", "emails[type=work].value", FieldValue.Empty },
        { "customer", "emails[type=a%2Cb].value", FieldValue.Text("ada@example.org") },
        { "customer", "customFields.colour", FieldValue.Text("red") },
        { "customer", "customFields.size", FieldValue.Number(1.5m) },
        { "customer", "customFields.member", FieldValue.Boolean(true) },
        { "customer", "customFields.member", FieldValue.Empty },
        { "customer", "identifiers[scheme=salesforce].value", FieldValue.Text("003xx000004TmiQ") },
        { "customer", "birthDate", FieldValue.Text("2026-03-01") },
        { "order", "lines[id=1].quantity", FieldValue.Number(-2) },
        { "order", "total", FieldValue.Number(79228162514264337593543950335m) },
        { "order", "number", FieldValue.Empty },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void AWrongFieldIsReportedOnceUnderItsPathAndRule(string entity, string path, FieldValue value, string rule)
    {
        var problem = Assert.Single(Validator.Check(entity, With(entity, new Field(path, value))));

        Assert.Equal((path, rule), (problem.Field, problem.Rule));
        Assert.NotEmpty(problem.Expected);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void AGoodOrExplicitlyEmptyFieldIsAccepted(string entity, string path, FieldValue value) =>
        Assert.Empty(Validator.Check(entity, With(entity, new Field(path, value))));

    [Theory]
    [InlineData("order", "number")]
    [InlineData("invoice", "number")]
    [InlineData("product", "name")]
    [InlineData("stock", "sku")]
    [InlineData("interaction", "kind")]
    [InlineData("campaign", "name")]
    public void ARequiredFieldMayBeEmptyButNotAbsent(string entity, string path)
    {
        var expected = $"A field that every {entity} has, with a value or explicitly empty. Map it.";

        Assert.Equal([new Problem(path, "required", "absent", expected)], Validator.Check(entity, FieldMap.Empty));
        Assert.Empty(Validator.Check(entity, FieldMap.From([new(path, FieldValue.Empty)])));
    }

    [Fact]
    public void AProblemShowsTheShapeAndNeverTheValue()
    {
        var problem = Assert.Single(Check(new Field("emails[type=work].value", FieldValue.Text("ada@lovelace"))));

        Assert.Equal("text of 12: a3@a8", problem.Shape);
        Assert.DoesNotContain("ada", problem.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void ANumbersDigitsAreNotShown() =>
        Assert.Equal("number", Assert.Single(Check(new Field("name.given", FieldValue.Number(4711)))).Shape);

    [Fact]
    public void EveryFieldOfAnUnknownObjectIsNamed() => Assert.Equal(
        ["pets[name=Tom].age", "pets[name=Tom].kind"],
        Check(new("pets[name=Tom].kind", FieldValue.Text("cat")), new("pets[name=Tom].age", FieldValue.Number(3)))
            .Select(problem => problem.Field));

    [Fact]
    public void TheSecondElementOfAListIsNamedByItsKeyToo() => Assert.Equal(
        ["consents[channel=phone,purpose=service].status"],
        Check(
            new("consents[channel=email,purpose=service].status", FieldValue.Text("granted")),
            new("consents[channel=phone,purpose=service].status", FieldValue.Text("maybe"))).Select(problem => problem.Field));

    [Fact]
    public void AKeyThatNeedsEscapingIsReportedInCanonicalForm()
    {
        const string path = "emails[type=a%5D%2C].verified";

        Assert.Equal(path, Assert.Single(Check(new Field(path, FieldValue.Number(1)))).Field);
    }

    [Theory]
    [InlineData("", "minLength", "empty text")]
    [InlineData("workworkworkworkworkworkworkworkworkworkworkworkworkworkworkworkw", "maxLength", "text of 65: a65")]
    public void AKeyThatTheSchemaRefusesIsReportedAsThePropertyThatItIs(string key, string rule, string shape)
    {
        var problem = Assert.Single(Check(new Field($"emails[type={key}].value", FieldValue.Text("ada@example.org"))));

        Assert.Equal(($"emails[type={key}].type", rule, shape), (problem.Field, problem.Rule, problem.Shape));
    }

    [Fact]
    public void AValueBesideFieldsUnderItIsRefused()
    {
        var problem = Assert.Single(Check(new("customFields.a", FieldValue.Text("x")), new("customFields.a.b", FieldValue.Text("y"))));

        Assert.Equal(("customFields.a.b", "type"), (problem.Field, problem.Rule));
    }

    [Fact]
    public void TheKeyOfAnElementMayBeRepeatedAsAFieldButNotContradicted()
    {
        Assert.Empty(Check(new Field("emails[type=work].type", FieldValue.Text("work"))));
        Assert.Equal("listKey", Assert.Single(Check(new Field("emails[type=work].type", FieldValue.Text("home")))).Rule);
        Assert.Equal("listKey", Assert.Single(Check(new Field("emails[type=work].type", FieldValue.Empty))).Rule);
    }

    [Fact]
    public void WhatTheSchemaRefusesIsNotAlsoHeldAgainstARule()
    {
        const string schema = """{ "type": "object", "properties": { "mail": { "type": "string", "maxLength": 3, "x-rule": "email" } } }""";
        var validator = EntityValidator.Parse(new Dictionary<string, string>(StringComparer.Ordinal) { ["pet"] = schema }, SchemaFiles.Clock);

        Assert.Equal("maxLength", Assert.Single(validator.Check("pet", FieldMap.From([new("mail", FieldValue.Text("long"))]))).Rule);
        Assert.Equal("email", Assert.Single(validator.Check("pet", FieldMap.From([new("mail", FieldValue.Text("not"))]))).Rule);
    }

    [Fact]
    public void ProblemsComeInTheOrderOfTheFields()
    {
        var problems = Check(
            new("status", FieldValue.Text("gone")),
            new("birthDate", FieldValue.Text("1985-02-30")),
            new("nick", FieldValue.Text("x")),
            new("language", FieldValue.Text("?")));

        Assert.Equal(["birthDate", "language", "nick", "status"], problems.Select(problem => problem.Field));
        Assert.Equal(["birthDate", "language", "unknownField", "enum"], problems.Select(problem => problem.Rule));
    }

    [Fact]
    public void AnUnknownEntityIsAnErrorThatListsTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentException>(() => Validator.Check("costumer", FieldMap.Empty));

        Assert.Contains("'costumer'", error.Message, StringComparison.Ordinal);
        Assert.Contains("campaign, customer, interaction", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneValidatorServesManyThreads()
    {
        var bad = With("customer", new Field("emails[type=work].value", FieldValue.Text("ada@")));

        Parallel.For(0, 2000, _ => Assert.Single(Validator.Check("customer", bad)));
    }

    private static IReadOnlyList<Problem> Check(params Field[] fields) => Validator.Check("customer", FieldMap.From(fields));

    /// <summary>The smallest valid entity with one field on top.</summary>
    private static FieldMap With(string entity, Field field)
    {
        var required = entity switch
        {
            "customer" or "lead" => null,
            "order" or "invoice" => "number",
            "stock" => "sku",
            "interaction" => "kind",
            _ => "name",
        };
        var value = entity == "interaction" ? "call" : "A-1";
        return FieldMap.From(required is null ? [field] : [new(required, FieldValue.Text(value)), field]);
    }
}
