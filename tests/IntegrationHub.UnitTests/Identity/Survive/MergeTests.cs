using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Survive;

public sealed class MergeTests
{
    private static readonly DateTimeOffset Ten = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly SurvivorshipPolicy Policy = SurvivorshipPolicy.Default;

    [Fact]
    public void TheLatestEditSurvivesWithItsProvenance() => Assert.Equal(
        [new GoldenField("addresses[type=home].city", FieldValue.Text("Nice"), 2, Ten.AddMinutes(1), "mostRecent")],
        Policy.Merge("customer", [Says(1, "a", "addresses[type=home].city", "Lyon", Ten), Says(2, "b", "addresses[type=home].city", "Nice", Ten.AddMinutes(1))], [], []));

    [Fact]
    public void FieldsOfDifferentRecordsComeTogetherInOrderOfTheirPaths()
    {
        var golden = Policy.Merge(
            "customer", [Says(1, "a", "name.given", "Ada", Ten), Says(2, "b", "birthDate", "1815-12-10", Ten), Says(3, "c", "name.family", "Lovelace", Ten)], [], []);
        Assert.Equal(["birthDate", "name.family", "name.given"], golden.Select(field => field.Path));
        Assert.Equal([2, 3, 1], golden.Select(field => field.RecordId));
    }

    [Fact]
    public void AClearIsAnEditLikeAnyOther()
    {
        var golden = Policy.Merge("customer", [Says(1, "a", "name.prefix", "Dr", Ten), Says(2, "b", "name.prefix", "", Ten.AddMinutes(1))], [], []);
        Assert.True(Assert.Single(golden).Value.IsEmpty);
    }

    [Fact]
    public void ARefusalAnywhereHoldsEverywhere()
    {
        const string path = "consents[channel=email,purpose=marketing].status";
        var golden = Policy.Merge("customer", [Says(1, "a", path, "granted", Ten.AddYears(1)), Says(2, "b", path, "denied", Ten)], [], []);
        Assert.Equal(new(path, FieldValue.Text("denied"), 2, Ten, "mostRestrictive"), Assert.Single(golden));
    }

    [Fact]
    public void TagsOfAllRecordsAreUnited()
    {
        Claimant Tagged(long id, params string[] tags) => new(id, "a", "s", [new("tags", FieldValue.Set(tags), Ten.AddMinutes(-id))]);
        var golden = Policy.Merge("customer", [Tagged(1, "vip"), Tagged(2, "new", "vip"), Tagged(3)], [], []);
        Assert.Equal(new("tags", FieldValue.Set(["new", "vip"]), 1, Ten.AddMinutes(-1), "union"), Assert.Single(golden));
    }

    [Fact]
    public void AHeldFieldStaysAndNamesTheClaimThatStillSaysSo()
    {
        var cluster = new[] { Says(1, "a", "name.given", "Ada", Ten), Says(2, "b", "name.given", "Augusta", Ten.AddMinutes(1)) };
        Assert.Equal(
            new("name.given", FieldValue.Text("Ada"), 1, Ten, "held"),
            Assert.Single(Policy.Merge("customer", cluster, [], [new("name.given", FieldValue.Text("Ada"))])));
        Assert.Equal(
            new("name.given", FieldValue.Text("Byron"), 0, DateTimeOffset.MinValue, "held"),
            Assert.Single(Policy.Merge("customer", cluster, [], [new("name.given", FieldValue.Text("Byron"))])));
        Assert.Empty(Policy.Merge("customer", cluster, [], [new("name.given", null)]));
    }

    [Fact]
    public void AnOverrideWinsOverAHoldAndNeedsNoClaim()
    {
        var golden = Policy.Merge(
            "customer", [], [new("name.given", FieldValue.Text("Ada"), Ten), new("name.given", FieldValue.Text("Eda"), Ten.AddMinutes(-1))], [new("name.given", null)]);
        Assert.Equal(new("name.given", FieldValue.Text("Ada"), 0, Ten, "override"), Assert.Single(golden));
    }

    [Fact]
    public void AClaimTwiceByOneRecordStillDoesNotDependOnTheOrder()
    {
        var one = Says(1, "a", "name.given", "Ada", Ten);
        var other = Says(1, "a", "name.given", "Eda", Ten);
        Assert.Equal(Policy.Merge("customer", [one, other], [], []), Policy.Merge("customer", [other, one], [], []));
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    public void ClaimsOutOfOrderAreRefused(string first, string second)
    {
        var claimant = new Claimant(7, "a", "s", [new(first, FieldValue.Empty, Ten), new(second, FieldValue.Empty, Ten)]);
        Assert.Contains("record 7", Assert.Throws<ArgumentException>(() => Policy.Merge("customer", [claimant], [], [])).Message);
    }

    [Fact]
    public void MoreRecordsThanUsualMergeToo()
    {
        var cluster = Enumerable.Range(1, 100).Select(id => Says(id, "a", "name.given", $"Ada {id}", Ten.AddSeconds(id % 50))).ToArray();
        Assert.Equal(49, Assert.Single(Policy.Merge("customer", cluster, [], [])).RecordId);
    }

    [Fact]
    public void ADecisionSaysWhy()
    {
        var left = new ConflictSide(FieldValue.Text("Lyon"), Ten, 1, "crm", "contacts");
        var right = new ConflictSide(FieldValue.Text("Nice"), Ten.AddMinutes(1), 2, "erp", "people");
        var recent = new SurvivorshipRule { Path = "*", Kind = SurvivorshipKind.MostRecent };
        Assert.Equal(new(ConflictWinner.Right, FieldValue.Text("Nice"), true, "mostRecent: later edit"), ConflictRule.Decide(recent, null, left, right));
        Assert.False(ConflictRule.Decide(recent, FieldValue.Text("Lyon"), left, right).IsConflict);
        Assert.Equal(
            new(ConflictWinner.Left, FieldValue.Text("Lyon"), true, "sourcePriority: connection listed earlier"),
            ConflictRule.Decide(recent with { Kind = SurvivorshipKind.SourcePriority, Order = ["crm"] }, FieldValue.Text("Paris"), left, right));
        Assert.Equal(
            new(ConflictWinner.Undecided, FieldValue.Text("Paris"), true, "manual: a person decides"),
            ConflictRule.Decide(recent with { Kind = SurvivorshipKind.Manual }, FieldValue.Text("Paris"), left, right));
        Assert.Equal(
            new(ConflictWinner.Right, FieldValue.Text("Nice"), false, "manual: later edit"),
            ConflictRule.Decide(recent with { Kind = SurvivorshipKind.Manual }, FieldValue.Text("Lyon"), left, right));
        Assert.Equal(
            new(ConflictWinner.Left, FieldValue.Text("Lyon"), true, "mostRecent: tie, first connection by name"),
            ConflictRule.Decide(recent, null, left, right with { At = Ten }));
    }

    private static Claimant Says(long id, string connection, string path, string value, DateTimeOffset at) =>
        new(id, connection, "contacts", [new(path, FieldValue.Text(value), at)]);
}
