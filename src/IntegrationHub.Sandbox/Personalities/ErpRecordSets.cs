using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>What the ERP holds: partners.</summary>
internal static class ErpRecordSets
{
    public static RecordSetDefinition Partners { get; } = new()
    {
        Name = "Partners",
        KeyOf = number => $"P{number:D6}",
        Unset = "",
        Render = Render,
        Fields =
        [
            new FieldRule("Name1") { Required = true, Normalisers = [Normalise.Trim, Normalise.Cut(40), Normalise.Trim] },
            Text("Name2", 40),
            Text("Category", 1) with { Picklist = ["1", "2"], Default = "1" },
            Text("EMail", 241) with { Format = TextFormat.Email },
            Text("Telephone", 30),
            Text("Street", 60),
            Text("City", 40),
            Text("PostCode", 10),
            Text("Country", 2),
            Text("TaxId", 20),
            Text("Language", 10),
            Text("Blocked", 1) with { Picklist = ["X"] },
            Text("ExternalId", 64) with { Unique = true },
        ],
    };

    public static PartyFields Party { get; } = new("Partners", Write)
    {
        Family = "Name1",
        Email = "EMail",
        Phone = "Telephone",
        Street = "Street",
        City = "City",
        Postcode = "PostCode",
        Country = "Country",
        Retired = new JsonObject { ["Blocked"] = "X" },
    };

    public static string Tag(SandboxRecord record) => $"W/\"{record.Version}\"";

    private static FieldRule Text(string name, int lengthMax) => new(name) { MaxLength = lengthMax, Normalisers = [Normalise.Trim] };

    private static JsonObject Render(SandboxRecord record)
    {
        var rendered = new JsonObject { ["@odata.etag"] = Tag(record), ["PartnerNo"] = record.Key };
        foreach (var (name, value) in record.ToJson())
            rendered[name] = value?.DeepClone();
        rendered["ChangedAt"] = SandboxTime.Milliseconds(record.Modified);
        return rendered;
    }

    private static JsonObject Write(PartyView view) => new()
    {
        ["Name1"] = view.FullName,
        ["Category"] = view.IsOrganisation ? "2" : "1",
        ["EMail"] = view.Email,
        ["Telephone"] = view.Phone ?? view.Mobile,
        ["Street"] = view.Street,
        ["City"] = view.City,
        ["PostCode"] = view.Postcode,
        ["Country"] = view.Country,
        ["TaxId"] = view.TaxId,
        ["Language"] = view.Language,
    };
}
