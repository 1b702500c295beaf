using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Identity.Normalise;
using IntegrationHub.Mapping.Validation;
using IntegrationHub.Sync.Deliver;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Refine;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Fixtures;
using IntegrationHub.UnitTests.Identity.Survive;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Laws;

/// <summary>What holds of the pure parts of the planner whatever they are given: 40,000 cases.</summary>
public sealed class PlannerLaws
{
    private const int Cases = 4_000;
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Arbitrary<Claimant[]> Clusters = SomeClusters.Clusters.ToArbitrary();

    private static readonly string[] Paths =
        [.. HubHarness.Mapping.WritablePaths.Where(static path => path != "kind").Order(StringComparer.Ordinal)];

    private static readonly StreamSettings Stream = new()
    {
        Name = new("a", "people"),
        Number = 1,
        Mapping = HubHarness.Mapping,
        Traits = new StreamTraits(),
        Rights = Rights.Create | Rights.Update | Rights.Delete,
    };

    private static readonly PlanStep Plan = new(
        new HubSettings([new ConnectionRuntime("a", null, null, [Stream])], MatchPolicy.Default, SurvivorshipPolicy.Default, HubHarness.DefaultValidation),
        new KeyedDigests(new byte[32]));

    private static readonly Gen<FieldValue> Values =
        Gen.Elements(FieldValue.Empty, FieldValue.Text("a"), FieldValue.Text("b"), FieldValue.Text("A b"), FieldValue.Text("\u00e9\U0001F600"));

    private static readonly Gen<FieldMap> Maps =
        from values in Gen.CollectToArray(Paths, path => from value in Values from present in Gen.Choose(0, 3) select (path, value, present))
        select FieldMap.From(values.Where(static one => one.present > 0).Select(static one => new Field(one.path, one.value)));

    private static readonly Gen<FieldStates> States =
        from values in Gen.CollectToArray(Paths, path => from seen in Values from own in Values from theirs in Values from ours in Values from which in Gen.Choose(0, 15) select
            new FieldState(
                path, (which & 1) == 0 ? null : seen, (which & 2) == 0 ? null : new OwnValue(own, Noon),
                (which & 4) == 0 ? null : new Agreement((which & 8) == 0 ? seen : theirs, ours)))
        select FieldStates.From(values);

    [Fact]
    public void TheOrderInWhichRecordsAreMergedDoesNotMatter() => Hold(Prop.ForAll(Clusters, Clusters, Clusters, (one, two, three) =>
    {
        var (a, b, c) = (one, Renumbered(two, 10), Renumbered(three, 20));
        var all = Merge([.. a, .. b, .. c]);
        return all.SequenceEqual(Merge([.. c, .. b, .. a])) && all.SequenceEqual(Merge([.. b, .. c, .. a, .. b])) && Merge(a).SequenceEqual(Merge([.. a, .. a]));
    }));

    [Fact]
    public void UnmergingUndoesMerging() => Hold(Prop.ForAll(Clusters, Clusters, (one, two) =>
    {
        var other = Renumbered(two, 10);
        var together = one.Concat(other).ToArray();
        return Merge([.. together.Where(claimant => claimant.RecordId < 10)]).SequenceEqual(Merge(one))
            && Merge([.. together.Where(claimant => claimant.RecordId >= 10)]).SequenceEqual(Merge(other));
    }));

    [Fact]
    public void WhatIsOlderNeverWins() => Hold(Prop.ForAll(Clusters, SomeClusters.Values.ToArbitrary(), (cluster, value) =>
    {
        var before = Merge(cluster).FirstOrDefault(static field => field.Path == "other");
        if (before.Path is null)
            return true;
        var stale = new Claimant(99, "crm", "contacts", [new("other", value, before.At.AddMinutes(-5))]);
        return Merge([stale, .. cluster]).First(static field => field.Path == "other") == before;
    }));

    [Fact]
    public void WithoutADifferenceThereIsNoPlan() => Hold(Prop.ForAll(Maps.ToArbitrary(), fields =>
        Needs(Golden(fields), Shows(fields)).Count == 0));

    [Fact]
    public void WhatIsWrittenIsNotPlannedAgain() => Hold(Prop.ForAll(Maps.ToArbitrary(), States.ToArbitrary(), (fields, states) =>
    {
        var golden = Golden(fields);
        var record = Record(states);
        if (Needs(golden, record) is not [var need])
            return true;
        var sent = FieldMap.From(need.Fields);
        return Needs(golden, record with { Fields = Agreements.Note(record.Fields, sent, sent, Stream.Mapping, Sight.Answer) }).Count == 0;
    }));

    [Fact]
    public void TheSystemsOwnFormIsNotWrittenOver() => Hold(Prop.ForAll(Maps.ToArbitrary(), States.ToArbitrary(), Values.ToArbitrary(), (fields, states, form) =>
    {
        var golden = Golden(fields);
        var record = Record(states);
        if (Needs(golden, record) is not [var need])
            return true;
        var shown = FieldMap.From(need.Fields.Select(field => new Field(field.Path, form)));
        return Needs(golden, record with { Fields = Agreements.Note(record.Fields, FieldMap.From(need.Fields), shown, Stream.Mapping, Sight.Answer) }).Count == 0;
    }));

    [Fact]
    public void APlanIsTheSameWhateverTheOrder() => Hold(Prop.ForAll(Maps.ToArbitrary(), States.ToArbitrary(), States.ToArbitrary(), (fields, one, two) =>
    {
        var golden = Golden(fields);
        SourceRecord[] members = [Record(one), Record(two) with { Id = 2, Key = "a2" }];
        string[] Texts(IEnumerable<SourceRecord> order) => [.. Plan.NeedsOf(golden, order, Stream, out _)
            .Select(static need => $"{need.Operation} {need.Record?.Id} {string.Join(',', need.Fields.Select(static field => field.Path + field.Value.AsText))}").Order(StringComparer.Ordinal)];
        return Texts(members).SequenceEqual(Texts(members)) && Texts(members).SequenceEqual(Texts(members.Reverse()));
    }));

    [Fact]
    public void WhatIsShownAgainIsNoEdit() => Hold(Prop.ForAll(Maps.ToArbitrary(), States.ToArbitrary(), (shown, states) =>
    {
        var once = FieldEdits.Apply(states, shown, Noon, []);
        var edits = new List<string>();
        var twice = FieldEdits.Apply(once, shown, Noon.AddHours(1), edits);
        return edits.Count == 0 && twice.AsSpan().SequenceEqual(once.AsSpan());
    }));

    [Fact]
    public void WhatIsWrittenReadsBackAndWhatIsReadWritesBack() => Hold(Prop.ForAll(Maps.ToArbitrary(), fields =>
    {
        var payload = Stream.Mapping.Write(fields);
        var read = FieldMap.From(Stream.Mapping.Read(payload).Fields.Where(static field => field.Path != "kind"));
        return read.Equals(fields) && Stream.Mapping.Write(read).AsSpan().SequenceEqual(payload);
    }));

    [Fact]
    public void ANormalFormIsItsOwnNormalForm()
    {
        var normaliser = new Normaliser("44");
        var texts = Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>().Where(static text => text is not null),
            Gen.Elements("Ada@Example.ORG", " +44 (0)20 7946 0000 ext 7", "O'Brien-\u00c5ngstr\u00f6m", "\uff21\uff22\uff23", "2001-12-31", "\u674e \u56db", "DE 123.456.789"));
        Hold(Prop.ForAll(texts.ToArbitrary(), Gen.Elements(Enum.GetValues<ValueKind>()).ToArbitrary(), (text, kind) =>
            normaliser.Of(kind, text, out _) is not { } form || normaliser.Of(kind, form, out _) == form));
    }

    private static void Hold(Property law) => law.Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));

    private static IReadOnlyList<GoldenField> Merge(Claimant[] cluster) => SomeClusters.Policy.Merge("customer", cluster, [], []);

    private static Claimant[] Renumbered(Claimant[] cluster, int from) => [.. cluster.Select((claimant, index) => claimant with { RecordId = from + index })];

    private static IReadOnlyList<Need> Needs(GoldenRecord golden, SourceRecord record) => Plan.NeedsOf(golden, [record], Stream, out _);

    private static GoldenRecord Golden(FieldMap fields) => new()
    {
        Id = 1,
        Entity = "customer",
        Version = 1,
        Fields = [.. fields.Select(static field => new GoldenField(field.Path, field.Value, 1, Noon, "mostRecent"))],
    };

    private static SourceRecord Shows(FieldMap fields) =>
        Record(FieldStates.From(fields.Select(static field => new FieldState(field.Path, field.Value, null, null))));

    private static SourceRecord Record(FieldStates states) =>
        new() { Id = 1, Stream = 1, Key = "a1", KeyDigest = default, GoldenId = 1, Stage = RecordStage.Linked, Fields = states };
}
