using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Benchmarks.Sync;
using IntegrationHub.Identity;
using IntegrationHub.Mapping;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Benchmarks.Parts;

/// <summary>One customer in every form that a record takes on its way.</summary>
internal static class Person
{
    public static readonly DateTimeOffset Time = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static string Schema { get; } = File.ReadAllText(Path.Combine(SyncCommand.Schemas(), "customer.schema.json"));

    public static StreamMapping Mapping { get; } = HubRun.Mapping(SchemaPaths.Parse("customer", Schema));

    public static EntityValidator Validator { get; } =
        EntityValidator.Parse(new Dictionary<string, string>(StringComparer.Ordinal) { ["customer"] = Schema }, TimeProvider.System);

    public static byte[] Payload { get; } = Encoding.UTF8.GetBytes("""
        {"id":"k1","given":"Ada","family":"Lovelace","email":" Ada@Example.org","phone":"+442079460000","birth":"1980-02-29","street":"1 High Street","city":"London",
        "postcode":"10000","country":"GB","status":"active","role":"Buyer"}
        """);

    public static FieldMap Fields { get; } = Mapping.Read(Payload).Fields;

    /// <summary>The same customer in another system, a day later and in another town.</summary>
    public static IReadOnlyList<Claimant> Claimants { get; } =
    [
        new(1, "crm", "customers", Claims(Fields, Time)),
        new(2, "shop", "customers", Claims(Fields.With([new("addresses[type=mailing].city", FieldValue.Text("Paris"))]), Time.AddDays(1))),
    ];

    public static GoldenRecord Golden(long id) => new() { Id = id, Entity = "customer", Version = 1, Fields = SurvivorshipPolicy.Default.Merge("customer", Claimants, [], []) };

    /// <summary>As the system shows it and the hub took it in.</summary>
    public static FieldStates States { get; } = FieldStates.From(Fields.Select(static field =>
        new FieldState(field.Path, field.Value, new OwnValue(field.Value, Time), new Agreement(field.Value, field.Value))));

    private static List<Claim> Claims(FieldMap fields, DateTimeOffset at) => [.. fields.Select(field => new Claim(field.Path, field.Value, at))];
}
