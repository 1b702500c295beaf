using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity;

namespace IntegrationHub.UnitTests.Identity.Survive;

/// <summary>Clusters from few names, times and values, so that ties of every depth come up.</summary>
internal static class SomeClusters
{
    public static readonly SurvivorshipPolicy Policy = SurvivorshipPolicy.Parse("survivorship.json", """
        {
          "rules": [
            { "path": "complete", "rule": "mostComplete" },
            { "path": "manual", "rule": "manual" },
            { "path": "priority", "rule": "sourcePriority", "order": ["erp", "crm"] },
            { "path": "priorityFull", "rule": "sourcePriority", "order": ["erp"], "blanksWin": false },
            { "path": "recentFull", "rule": "mostRecent", "blanksWin": false },
            { "path": "recentOrdered", "rule": "mostRecent", "order": ["shop", "erp"] },
            { "path": "restrict", "rule": "mostRestrictive" },
            { "path": "restrictFull", "rule": "mostRestrictive", "blanksWin": false, "values": ["true", "false"] },
            { "path": "union", "rule": "union" },
            { "path": "places[*].*", "rule": "mostRecent", "together": true },
            { "path": "full.*", "rule": "mostComplete", "together": true, "blanksWin": false }
          ]
        }
        """).OrThrow();

    public static readonly string[] Paths =
    [
        "complete", "full.a", "full.b", "manual", "other", "places[type=a].city", "places[type=a].street", "places[type=b].city", "priority", "priorityFull", "recentFull",
        "recentOrdered", "restrict", "restrictFull", "union",
    ];

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Gen<FieldValue> Values = Gen.Elements(
        FieldValue.Empty, FieldValue.Text("denied"), FieldValue.Text("unknown"), FieldValue.Text("granted"), FieldValue.Text("a"),
        FieldValue.Text("bb"), FieldValue.Text("b-b"), FieldValue.Boolean(true), FieldValue.Boolean(false), FieldValue.Number(7));

    public static readonly Gen<FieldValue> Sets =
        Gen.Elements("a", "b", "c").ListOf().Select(members => FieldValue.Set(members));

    // Two of the times are one instant in two zones.
    public static readonly Gen<DateTimeOffset> Times = Gen.Elements(Noon, Noon.ToOffset(TimeSpan.FromHours(8)), Noon.AddMinutes(-1));

    public static readonly Gen<string> Connections = Gen.Elements("crm", "erp", "shop", "wiki");

    public static readonly Gen<string> Streams = Gen.Elements("contacts", "people");

    /// <summary>0 to 5 records with ids from 1.</summary>
    public static readonly Gen<Claimant[]> Clusters = Gen.Choose(0, 5).SelectMany(count => Claimant().ArrayOf(count))
        .Select(claimants => claimants.Select((claimant, index) => claimant with { RecordId = index + 1 }).ToArray());

    public static readonly Gen<Override[]> Overrides =
        (from path in Gen.Elements(Paths) from value in Values from minute in Gen.Choose(0, 99) select new Override(path, value, Noon.AddMinutes(minute)))
        .ListOf(2).Select(overrides => overrides.DistinctBy(one => (one.Path, one.At)).ToArray());

    public static readonly Gen<HeldField[]> Holds =
        (from path in Gen.Elements(Paths) from value in Values from absent in Gen.Choose(0, 2) select new HeldField(path, absent == 0 ? null : value))
        .ListOf(2).Select(holds => holds.DistinctBy(hold => hold.Path).ToArray());

    private static Gen<Claimant> Claimant() =>
        from connection in Connections
        from stream in Streams
        from claims in Gen.CollectToArray(Paths, MaybeClaim)
        from mute in Gen.Elements("", "", "places[type=a].street", "full.b")
        select new Claimant(0, connection, stream, [.. claims.Where(claim => claim is not null && claim.Value.Path != mute).Select(claim => claim!.Value)])
        {
            CanSay = path => path != mute,
        };

    private static Gen<Claim?> MaybeClaim(string path) =>
        from absent in Gen.Choose(0, 3)
        from value in path == "union" ? Gen.OneOf(Values, Sets, Sets, Sets) : Values
        from at in Times
        select absent == 0 ? (Claim?)null : new Claim(path, value, at);
}
