using IntegrationHub.Abstractions;

namespace IntegrationHub.UnitTests.Identity;

internal static class SomeFields
{
    public static FieldMap Of(params (string Path, string Value)[] fields) =>
        FieldMap.From(fields.Select(field => new Field(field.Path, FieldValue.Text(field.Value))));

    public static FieldMap Ada(string email = "ada@example.org", string given = "Ada", string family = "Lovelace") =>
        Of(("emails[type=work].value", email), ("name.given", given), ("name.family", family));

    public static FieldMap And(this FieldMap fields, string path, string value) => fields.With([new(path, FieldValue.Text(value))]);
}
