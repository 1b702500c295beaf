using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Identity.Survive;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Survive;

public sealed class MergeLawTests
{
    private static readonly SurvivorshipPolicy Policy = SomeClusters.Policy;
    private static readonly Arbitrary<Claimant[]> Clusters = SomeClusters.Clusters.ToArbitrary();

    [Fact]
    public void ItAgreesWithTheSlowMerge() => Hold(Prop.ForAll(
        Clusters, SomeClusters.Overrides.ToArbitrary(), SomeClusters.Holds.ToArbitrary(), (cluster, overrides, held) =>
            Policy.Merge("customer", cluster, overrides, held).SequenceEqual(SlowMerge.Merge(Policy, "customer", cluster, overrides, held))));

    [Fact]
    public void TheOrderOfArrivalDoesNotMatter() => Hold(Prop.ForAll(
        Clusters, SomeClusters.Overrides.ToArbitrary(), SomeClusters.Holds.ToArbitrary(), (cluster, overrides, held) =>
        {
            var golden = Policy.Merge("customer", cluster, overrides, held);
            var random = new Random(cluster.Length);
            for (var i = 0; i < 4; i++)
            {
                random.Shuffle(cluster);
                random.Shuffle(overrides);
                random.Shuffle(held);
                if (!Same(golden, Policy.Merge("customer", cluster, overrides, held)))
                    return false;
            }

            return true;
        }));

    [Fact]
    public void TheGeneratorReachesEveryTie()
    {
        var reached = new Dictionary<Criterion, int>();
        Prop.ForAll(Clusters, cluster =>
        {
            foreach (var path in SomeClusters.Paths)
            {
                var rule = Policy.RuleFor("customer", path);
                var sides = Sides(cluster, path);
                for (var i = 1; i < sides.Count; i++)
                {
                    ClaimOrder.Compare(rule, sides[i - 1], sides[i], out var by);
                    reached[by] = reached.GetValueOrDefault(by) + 1;
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

        // Value is for one record that claims a path twice: no sound cluster has that.
        foreach (var criterion in Enum.GetValues<Criterion>().Except([Criterion.Value]))
            Assert.True(reached.GetValueOrDefault(criterion) >= 100, $"{criterion} decided {reached.GetValueOrDefault(criterion)} times.");
    }

    [Fact]
    public void ARecordThatCountsTwiceChangesNothing() => Hold(Prop.ForAll(Clusters, cluster =>
        Same(Merge(cluster), Merge([.. cluster, .. cluster]))));

    [Fact]
    public void AGoldenRecordMergedAloneIsItself() => Hold(Prop.ForAll(Clusters, cluster =>
    {
        var golden = Merge(cluster);
        var again = Merge([new(1, "crm", "contacts", [.. golden.Select(field => new Claim(field.Path, field.Value, field.At))])]);
        return golden.Select(field => (field.Path, field.Value, field.At)).SequenceEqual(again.Select(field => (field.Path, field.Value, field.At)));
    }));

    [Fact]
    public void UnmergingIsExact() => Hold(Prop.ForAll(Clusters, Clusters, (cluster, other) =>
    {
        var before = Merge(cluster);
        Merge([.. cluster, .. Renumbered(other, cluster.Length)]);
        return Same(before, Merge(cluster));
    }));

    [Fact]
    public void AnotherRecordNeverMakesAConsentMorePermissive() => Hold(Prop.ForAll(Clusters, Clusters, (cluster, other) =>
    {
        var before = Merge(cluster);
        var after = Merge([.. cluster, .. Renumbered(other, cluster.Length)]);
        return Leniency(after) <= Leniency(before);
    }));

    [Fact]
    public void AGroupThatSurvivesIsOneThatARecordHolds() => Hold(Prop.ForAll(Clusters, cluster =>
    {
        // Records that say the whole group: what survives is then word for word one of theirs.
        string[] group = ["places[type=a].city", "places[type=a].street"];
        var whole = cluster.Select(claimant => claimant with { CanSay = static _ => true })
            .Where(claimant => group.All(path => claimant.Claims.Any(claim => claim.Path == path))).ToArray();
        var golden = Merge(whole).Where(field => group.Contains(field.Path)).Select(field => field.Value).ToArray();
        return golden.Length == 0 || whole.Any(claimant => claimant.Claims.Where(claim => group.Contains(claim.Path)).Select(claim => claim.Value).SequenceEqual(golden));
    }));

    [Fact]
    public void UnionIsCommutativeAssociativeAndIdempotent()
    {
        var values = Gen.OneOf(SomeClusters.Sets, Gen.Constant(FieldValue.Empty)).ToArbitrary();
        Hold(Prop.ForAll(values, values, values, (a, b, c) =>
            Union.Of(a, b) == Union.Of(b, a) && Union.Of(Union.Of(a, b), c) == Union.Of(a, Union.Of(b, c)) && Union.Of(a, a) == a));
    }

    [Fact]
    public void AnOverrideAlwaysWins() => Hold(Prop.ForAll(
        Clusters, SomeClusters.Overrides.ToArbitrary(), SomeClusters.Holds.ToArbitrary(), (cluster, overrides, held) =>
        {
            var golden = Policy.Merge("customer", cluster, overrides, held).ToDictionary(field => field.Path);
            return overrides.GroupBy(one => one.Path).Select(group => group.MaxBy(one => one.At)).All(decision =>
                golden[decision.Path] == new GoldenField(decision.Path, decision.Value, 0, decision.At, "override"));
        }));

    [Fact]
    public void ADecisionIsWhatTheMergeMakesOfTheTwo()
    {
        var sides =
            from value in Gen.OneOf(SomeClusters.Values, SomeClusters.Sets)
            from at in SomeClusters.Times
            from connection in SomeClusters.Connections
            from stream in SomeClusters.Streams
            select new ConflictSide(value, at, 0, connection, stream);
        var setting =
            from path in Gen.Elements(SomeClusters.Paths)
            from baseValue in SomeClusters.Values
            from known in Gen.Choose(0, 3)
            select (Path: path, Base: known == 0 ? (FieldValue?)null : baseValue);
        Hold(Prop.ForAll(setting.ToArbitrary(), sides.ToArbitrary(), sides.ToArbitrary(), (given, one, other) =>
        {
            var (left, right) = (one with { RecordId = 1 }, other with { RecordId = 2 });
            var rule = Policy.RuleFor("customer", given.Path);
            var decision = ConflictRule.Decide(rule, given.Base, left, right);
            var held = decision.Winner == ConflictWinner.Undecided ? new[] { new HeldField(given.Path, given.Base) } : [];
            var golden = Policy.Merge("customer", [Alone(given.Path, left), Alone(given.Path, right)], [], held);
            var swapped = ConflictRule.Decide(rule, given.Base, right, left);
            return decision.Value == (golden.Count == 0 ? null : golden[0].Value)
                && swapped == decision with { Winner = Swapped(decision.Winner) }
                && WinnerIsRight(decision, left, right);
        }));
    }

    private static bool WinnerIsRight(ConflictDecision decision, ConflictSide left, ConflictSide right) => decision.Winner switch
    {
        ConflictWinner.Left => decision.Value == left.Value && left.Value != right.Value,
        ConflictWinner.Right => decision.Value == right.Value && left.Value != right.Value,
        ConflictWinner.Same => left.Value == right.Value && !decision.IsConflict,
        ConflictWinner.Both => decision.Value != left.Value && decision.Value != right.Value,
        _ => decision.IsConflict,
    };

    private static ConflictWinner Swapped(ConflictWinner winner) => winner switch
    {
        ConflictWinner.Left => ConflictWinner.Right,
        ConflictWinner.Right => ConflictWinner.Left,
        _ => winner,
    };

    private static Claimant Alone(string path, ConflictSide side) =>
        new(side.RecordId, side.Connection, side.Stream, [new(path, side.Value, side.At)]);

    private static void Hold(Property law) => law.Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static IReadOnlyList<GoldenField> Merge(Claimant[] cluster) => Policy.Merge("customer", cluster, [], []);

    private static IEnumerable<Claimant> Renumbered(Claimant[] cluster, int after) =>
        cluster.Select((claimant, index) => claimant with { RecordId = after + index + 1 });

    // Also the zone of the time: equal instants are equal to ==.
    private static bool Same(IReadOnlyList<GoldenField> left, IReadOnlyList<GoldenField> right) =>
        left.SequenceEqual(right) && left.Select(field => field.At.Offset).SequenceEqual(right.Select(field => field.At.Offset));

    private static List<ConflictSide> Sides(Claimant[] cluster, string path) => cluster
        .SelectMany(by => by.Claims.Where(claim => claim.Path == path)
            .Select(claim => new ConflictSide(claim.Value, claim.At, by.RecordId, by.Connection, by.Stream)))
        .ToList();

    // 0 denied, 1 unknown, 2 empty or unlisted, 3 granted, 4 nothing said.
    private static int Leniency(IReadOnlyList<GoldenField> golden) =>
        golden.FirstOrDefault(field => field.Path == "restrict") is not { Path: not null } found ? 4 : found.Value.AsText switch
        {
            "denied" => 0,
            "unknown" => 1,
            "granted" => 3,
            _ => 2,
        };
}
