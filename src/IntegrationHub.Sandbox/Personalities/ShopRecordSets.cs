using System.Globalization;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>What the shop holds: customers.</summary>
internal static class ShopRecordSets
{
    public static RecordSetDefinition Customers { get; } = new()
    {
        Name = "customers",
        KeyOf = number => (1000 + number).ToString(CultureInfo.InvariantCulture),
        RefusesUnknownFields = false,
        Render = Render,
        Fields =
        [
            new FieldRule("first_name") { MaxLength = 64, Normalisers = [Normalise.Trim] },
            new FieldRule("last_name") { MaxLength = 64, Normalisers = [Normalise.Trim] },
            new FieldRule("email")
            {
                MaxLength = 254,
                Required = true,
                Unique = true,
                Format = TextFormat.Email,
                Normalisers = [Normalise.Trim, Normalise.LowerCase],
            },
            new FieldRule("phone") { MaxLength = 40, Normalisers = [Normalise.Phone("billing.country")] },
            new FieldRule("billing.line1") { MaxLength = 120, Normalisers = [Normalise.Trim] },
            new FieldRule("billing.city") { MaxLength = 60, Normalisers = [Normalise.Trim] },
            new FieldRule("billing.zip") { MaxLength = 12, Normalisers = [Normalise.Trim] },
            new FieldRule("billing.country") { MaxLength = 2 },
            new FieldRule("accepts_marketing") { Type = FieldType.Boolean },
            new FieldRule("locale") { MaxLength = 10 },
            new FieldRule("hub_ref") { MaxLength = 64, Unique = true },
        ],
    };

    public static PartyFields Party { get; } = new("customers", Write)
    {
        Family = "last_name",
        Email = "email",
        Phone = "phone",
        Street = "billing.line1",
        City = "billing.city",
        Postcode = "billing.zip",
        Country = "billing.country",
        ToggleMarketing = record => new JsonObject { ["accepts_marketing"] = !record.Flag("accepts_marketing") },
    };

    public static long NumberOf(string key) => long.Parse(key, CultureInfo.InvariantCulture);

    private static JsonObject Render(SandboxRecord record)
    {
        var rendered = new JsonObject { ["customer_id"] = NumberOf(record.Key) };
        foreach (var (name, value) in DottedFields.Nest(record.ToJson()))
            rendered[name] = value?.DeepClone();
        rendered["updated_at"] = SandboxTime.Seconds(record.Modified);
        return rendered;
    }

    private static JsonObject Write(PartyView view) => new()
    {
        ["first_name"] = view.Given,
        ["last_name"] = view.Family,
        ["email"] = view.Email,
        ["phone"] = view.Mobile ?? view.Phone,
        ["billing.line1"] = view.Street,
        ["billing.city"] = view.City,
        ["billing.zip"] = view.Postcode,
        ["billing.country"] = view.Country,
        ["accepts_marketing"] = !view.EmailOptOut,
        ["locale"] = view.Language is null or "zh-CN" or "zh-TW" ? view.Language : $"{view.Language}-{view.Country}",
    };
}

/// <summary>Nested objects as fields with dotted names, one level deep, and back.</summary>
internal static class DottedFields
{
    /// <summary>A null for an object stands for a null in every field of it.</summary>
    public static JsonObject Flatten(JsonObject nested, RecordSetDefinition set)
    {
        var flat = new JsonObject();
        foreach (var (name, value) in nested)
        {
            if (value is JsonObject inner)
            {
                foreach (var (innerName, innerValue) in inner)
                    flat[$"{name}.{innerName}"] = innerValue?.DeepClone();
            }
            else if (value is null && set.Fields.Any(field => field.Name.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                foreach (var field in set.Fields.Where(field => field.Name.StartsWith(name + ".", StringComparison.Ordinal)))
                    flat[field.Name] = null;
            }
            else
            {
                flat[name] = value?.DeepClone();
            }
        }
        return flat;
    }

    public static JsonObject Nest(JsonObject flat)
    {
        var nested = new JsonObject();
        foreach (var (name, value) in flat)
        {
            if (name.Split('.') is not [var outer, var inner])
            {
                nested[name] = value?.DeepClone();
                continue;
            }
            if (nested[outer] is not JsonObject part)
                nested[outer] = part = [];
            part[inner] = value?.DeepClone();
        }
        return nested;
    }
}
