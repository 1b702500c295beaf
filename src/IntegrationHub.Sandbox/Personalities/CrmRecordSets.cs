using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>What the CRM holds: contacts, and addresses as records of their own that belong to a contact.</summary>
internal static class CrmRecordSets
{
    public static RecordSetDefinition Contacts { get; } = new()
    {
        Name = "contacts",
        KeyOf = number => $"c-{number:D6}",
        SoftDelete = true,
        Derive = contact => contact["fullName"] = PartyNames.Full((string?)contact["firstName"], (string?)contact["lastName"]),
        Render = record => Framed(record, "id"),
        Fields =
        [
            new FieldRule("firstName") { MaxLength = 80, Normalisers = [Normalise.Trim] },
            new FieldRule("lastName") { MaxLength = 120, Required = true, Normalisers = [Normalise.Trim] },
            new FieldRule("fullName") { ReadOnly = true },
            new FieldRule("kind") { Picklist = ["person", "organisation"], Default = "person" },
            new FieldRule("email") { MaxLength = 254, Format = TextFormat.Email, Normalisers = [Normalise.Trim] },
            new FieldRule("phone") { MaxLength = 40, Normalisers = [Normalise.Trim] },
            new FieldRule("mobile") { MaxLength = 40, Normalisers = [Normalise.Trim] },
            new FieldRule("street") { MaxLength = 200 },
            new FieldRule("city") { MaxLength = 100 },
            new FieldRule("postcode") { MaxLength = 12 },
            new FieldRule("countryCode") { MaxLength = 2 },
            new FieldRule("birthDate") { Format = TextFormat.Date },
            new FieldRule("language") { MaxLength = 10 },
            new FieldRule("emailOptOut") { Type = FieldType.Boolean },
            new FieldRule("hubId") { MaxLength = 64, Unique = true },
        ],
    };

    public static RecordSetDefinition Addresses { get; } = new()
    {
        Name = "addresses",
        KeyOf = number => $"a-{number:D6}",
        SoftDelete = true,
        ParentSet = "contacts",
        ParentField = "contactId",
        Render = record => Framed(record, "id"),
        Fields =
        [
            new FieldRule("contactId") { Required = true },
            new FieldRule("type") { Picklist = ["home", "work", "mailing"], Default = "home" },
            new FieldRule("street") { MaxLength = 200, Normalisers = [Normalise.Trim] },
            new FieldRule("city") { MaxLength = 100, Normalisers = [Normalise.Trim] },
            new FieldRule("postcode") { MaxLength = 12, Normalisers = [Normalise.Trim] },
            new FieldRule("countryCode") { MaxLength = 2 },
        ],
    };

    public static PartyFields Party { get; } = new("contacts", Write)
    {
        Family = "lastName",
        Email = "email",
        Phone = "mobile",
        Street = "street",
        City = "city",
        Postcode = "postcode",
        Country = "countryCode",
        ToggleMarketing = record => new JsonObject { ["emailOptOut"] = !record.Flag("emailOptOut") },
    };

    private static JsonObject Write(PartyView view) => new()
    {
        ["firstName"] = view.Given,
        ["lastName"] = view.Family,
        ["kind"] = view.IsOrganisation ? "organisation" : "person",
        ["email"] = view.Email,
        ["phone"] = view.Phone,
        ["mobile"] = view.Mobile,
        ["street"] = view.Street,
        ["city"] = view.City,
        ["postcode"] = view.Postcode,
        ["countryCode"] = view.Country,
        ["birthDate"] = view.BirthDate,
        ["language"] = view.Language,
        ["emailOptOut"] = view.EmailOptOut,
    };

    private static JsonObject Framed(SandboxRecord record, string keyField)
    {
        var framed = new JsonObject { [keyField] = record.Key };
        foreach (var (name, value) in record.ToJson())
            framed[name] = value?.DeepClone();
        framed["modifiedAt"] = SandboxTime.Milliseconds(record.Modified);
        framed["deleted"] = record.Deleted;
        return framed;
    }
}
