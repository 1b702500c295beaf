using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Survive;

/// <summary>
/// Fields that survive together. The whole group of one record wins: first one without holes (a new and emptier record must not wipe a fuller one), then by
/// the rule, which sees a group as the text of its values and the time of its latest edit.
/// </summary>
internal sealed class FieldGroup
{
    // The best first.
    private readonly List<Side> sides;

    private FieldGroup(string name, List<Side> sides) => (Name, this.sides) = (name, sides);

    public string Name { get; }

    public static FieldGroup Of(SurvivorshipPolicy policy, string entity, string name, SurvivorshipRule rule, IReadOnlyList<Claimant> claimants)
    {
        var all = new List<Side>(claimants.Count);
        foreach (var claimant in claimants)
        {
            var claims = claimant.Claims.Where(claim => claim.Path.StartsWith(name, StringComparison.Ordinal) && policy.GroupOf(entity, claim.Path) == name).ToArray();
            if (claims.Length > 0)
                all.Add(new(claimant, claims));
        }

        var paths = all.SelectMany(static side => side.Claims).Select(static claim => claim.Path).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var side in all)
            side.Holes = paths.Count(path => side.Find(path) is null && side.Claimant.CanSay(path));
        all.Sort((left, right) => left.Holes != right.Holes ? left.Holes.CompareTo(right.Holes) : ClaimOrder.Compare(rule, left.Whole, right.Whole, out _));
        return new(name, all);
    }

    /// <summary>What the group says on one of its paths.</summary>
    public ConflictSide Survivor(string path)
    {
        var winner = sides[0];
        var canSay = winner.Claimant.CanSay(path);
        foreach (var side in sides)
        {
            // Another record fills a hole when it agrees with the winner in all that both say, or when the winner has no place for the field at all.
            if (side.Find(path) is { } claim && (side == winner || !canSay || side.Agrees(winner)))
                return side.Whole with { Value = claim.Value, At = claim.At };
        }

        return winner.Whole with { Value = FieldValue.Empty };
    }

    private sealed class Side
    {
        public Side(Claimant claimant, Claim[] claims)
        {
            (Claimant, Claims) = (claimant, claims);
            var text = string.Concat(claims.Select(static claim => claim.Value.AsText));
            Whole = new(FieldValue.Text(text), claims.Max(static claim => claim.At), claimant.RecordId, claimant.Connection, claimant.Stream);
        }

        public Claimant Claimant { get; }

        public Claim[] Claims { get; }

        public ConflictSide Whole { get; }

        /// <summary>Paths that others claim and this record could, but does not.</summary>
        public int Holes { get; set; }

        public Claim? Find(string path)
        {
            foreach (var claim in Claims)
            {
                if (claim.Path == path)
                    return claim;
            }

            return null;
        }

        public bool Agrees(Side other) => Claims.All(claim => other.Find(claim.Path) is not { } theirs || theirs.Value == claim.Value);
    }
}
