using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity.Survive;

/// <summary>Merges sorted claims path by path. Claims, overrides and holds are walked in step, like the lists of a merge sort.</summary>
internal ref struct GoldenMerge(
    SurvivorshipPolicy policy, string entity, IReadOnlyList<Claimant> claimants, IReadOnlyList<Override> overrides, IReadOnlyList<HeldField> held)
{
    private const int StackMax = 32;

    private readonly Override[] decided = Decided(overrides);
    private readonly HeldField[] open = Open(held);
    private int nextDecided;
    private int nextOpen;
    private FieldGroup? group;

    public IReadOnlyList<GoldenField> Run()
    {
        Span<int> heads = claimants.Count <= StackMax ? stackalloc int[claimants.Count] : new int[claimants.Count];
        var golden = new List<GoldenField>(Capacity());
        while (SmallestPath(heads) is { } path)
        {
            var field = Survivor(path, heads, out var hasClaim);
            if (nextOpen < open.Length && open[nextOpen].Path == path)
                hasClaim = Hold(open[nextOpen++], ref field, hasClaim);
            if (nextDecided < decided.Length && decided[nextDecided].Path == path)
            {
                var decision = decided[nextDecided++];
                field = new(path, decision.Value, 0, decision.At.ToUniversalTime(), "override");
                hasClaim = true;
            }

            if (hasClaim)
                golden.Add(field);
        }

        return golden;
    }

    private readonly int Capacity()
    {
        var most = 0;
        for (var i = 0; i < claimants.Count; i++)
            most = Math.Max(most, claimants[i].Claims.Count);
        return most + decided.Length;
    }

    private readonly string? SmallestPath(ReadOnlySpan<int> heads)
    {
        var smallest = nextDecided < decided.Length ? decided[nextDecided].Path : null;
        if (nextOpen < open.Length)
            smallest = Smaller(smallest, open[nextOpen].Path);
        for (var i = 0; i < heads.Length; i++)
        {
            var claims = claimants[i].Claims;
            if (heads[i] < claims.Count)
                smallest = Smaller(smallest, claims[heads[i]].Path);
        }

        return smallest;
    }

    private static string Smaller(string? left, string right) => left is null || string.CompareOrdinal(right, left) < 0 ? right : left;

    // The best claim on a path, and every head that stood on it moved on.
    private GoldenField Survivor(string path, scoped Span<int> heads, out bool hasClaim)
    {
        hasClaim = false;
        var rule = policy.RuleFor(entity, path);
        ConflictSide best = default;
        ConflictSide bestMember = default; // under union: the best claim that is not empty
        var united = FieldValue.Empty;
        var unites = false;
        for (var i = 0; i < heads.Length; i++)
        {
            var claimant = claimants[i];
            if (!TryTake(claimant, ref heads[i], path, out var claim))
                continue;
            var side = new ConflictSide(claim.Value, claim.At, claimant.RecordId, claimant.Connection, claimant.Stream);
            if (!hasClaim || ClaimOrder.Compare(rule, side, best, out _) < 0)
                best = side;
            hasClaim = true;
            if (rule.Kind != SurvivorshipKind.Union || claim.Value.IsEmpty)
                continue;
            unites |= claim.Value.Kind == FieldKind.Set;
            united = Union.Of(united, claim.Value);
            if (bestMember.Value.IsEmpty || ClaimOrder.Compare(rule, side, bestMember, out _) < 0)
                bestMember = side;
        }

        if (unites)
            best = bestMember with { Value = united };
        else if (hasClaim && rule.Together && claimants.Count > 1)
            best = GroupOf(rule, path).Survivor(path);
        return new(path, best.Value, best.RecordId, best.At.ToUniversalTime(), rule.Name);
    }

    // Fields of one group stand side by side in the order of the paths, nearly always.
    private FieldGroup GroupOf(SurvivorshipRule rule, string path)
    {
        var name = policy.GroupOf(entity, path)!;
        if (group?.Name != name)
            group = FieldGroup.Of(policy, entity, name, rule, claimants);
        return group;
    }

    private static bool TryTake(Claimant claimant, ref int head, string path, out Claim claim)
    {
        claim = default;
        if (head >= claimant.Claims.Count)
            return false;
        claim = claimant.Claims[head];
        if (claim.Path != path)
            return false;
        head++;
        if (head < claimant.Claims.Count && string.CompareOrdinal(path, claimant.Claims[head].Path) >= 0)
        {
            throw new ArgumentException(
                $"The claims of record {claimant.RecordId} are not in ordinal order of the path at index {head}: sort them, each path once.",
                nameof(claimant));
        }

        return true;
    }

    // A hold keeps the value, and names the claim that still says so when there is one.
    private readonly bool Hold(HeldField hold, ref GoldenField field, bool hasClaim)
    {
        if (hold.Value is not { } value)
            return false;
        // In a group the survivor's value may come from where nobody says it.
        if (!hasClaim || field.Value != value || policy.GroupOf(entity, hold.Path) is not null)
            field = ClaimOf(hold.Path, value);
        field = field with { Rule = "held" };
        return true;
    }

    private readonly GoldenField ClaimOf(string path, FieldValue value)
    {
        var rule = policy.RuleFor(entity, path);
        ConflictSide? best = null;
        foreach (var claimant in claimants)
        {
            foreach (var claim in claimant.Claims)
            {
                if (claim.Path != path || claim.Value != value)
                    continue;
                var side = new ConflictSide(value, claim.At, claimant.RecordId, claimant.Connection, claimant.Stream);
                if (best is not { } sofar || ClaimOrder.Compare(rule, side, sofar, out _) < 0)
                    best = side;
            }
        }

        return new(path, value, best?.RecordId ?? 0, best?.At.ToUniversalTime() ?? DateTimeOffset.MinValue, "held");
    }

    private static Override[] Decided(IReadOnlyList<Override> overrides)
    {
        if (overrides.Count == 0)
            return [];
        // The latest decision on a path counts; of two at one time the order of their values decides, not their arrival.
        var sorted = overrides.ToList();
        sorted.Sort(static (left, right) =>
            string.CompareOrdinal(left.Path, right.Path) is var byPath and not 0 ? byPath
            : right.At.CompareTo(left.At) is var byTime and not 0 ? byTime
            : ClaimOrder.CompareValues(left.Value, right.Value));
        return [.. sorted.DistinctBy(static decision => decision.Path, StringComparer.Ordinal)];
    }

    private static HeldField[] Open(IReadOnlyList<HeldField> held)
    {
        if (held.Count == 0)
            return [];
        var sorted = held.ToList();
        sorted.Sort(static (left, right) =>
            string.CompareOrdinal(left.Path, right.Path) is var byPath and not 0 ? byPath
            : (left.Value is null).CompareTo(right.Value is null) is var byAbsence and not 0 ? byAbsence
            : ClaimOrder.CompareValues(left.Value ?? default, right.Value ?? default));
        return [.. sorted.DistinctBy(static hold => hold.Path, StringComparer.Ordinal)];
    }
}
