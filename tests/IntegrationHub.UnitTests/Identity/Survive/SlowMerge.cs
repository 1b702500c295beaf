using IntegrationHub.Abstractions;
using IntegrationHub.Identity;

namespace IntegrationHub.UnitTests.Identity.Survive;

/// <summary>The merge as one would say it: for each path line up the claims, sort them, take the first. Slow and obvious, to judge the real one.</summary>
internal static class SlowMerge
{
    private sealed record Said(FieldValue Value, DateTimeOffset At, Claimant By);

    public static IReadOnlyList<GoldenField> Merge(
        SurvivorshipPolicy policy, string entity, IReadOnlyList<Claimant> claimants, IReadOnlyList<Override> overrides, IReadOnlyList<HeldField> held)
    {
        var golden = new SortedDictionary<string, GoldenField>(StringComparer.Ordinal);
        foreach (var path in claimants.SelectMany(claimant => claimant.Claims).Select(claim => claim.Path).Distinct())
        {
            golden[path] = policy.GroupOf(entity, path) is { } group
                ? Together(policy, entity, group, path, claimants)
                : Best(policy.RuleFor(entity, path), path, Saying(claimants, path));
        }

        foreach (var hold in held)
        {
            golden.Remove(hold.Path);
            if (hold.Value is not { } value)
                continue;
            var same = Saying(claimants, hold.Path).Where(said => said.Value == value).ToList();
            golden[hold.Path] = same.Count == 0
                ? new(hold.Path, value, 0, DateTimeOffset.MinValue, "held")
                : Best(policy.RuleFor(entity, hold.Path), hold.Path, same) with { Value = value, Rule = "held" };
        }

        foreach (var decision in overrides.OrderBy(decision => decision.At))
            golden[decision.Path] = new(decision.Path, decision.Value, 0, decision.At, "override");
        return [.. golden.Values];
    }

    // Whoever says most of what it could say, then by the rule as if the group were one text of the time of its last edit.
    private static GoldenField Together(SurvivorshipPolicy policy, string entity, string group, string path, IReadOnlyList<Claimant> claimants)
    {
        var rule = policy.RuleFor(entity, path);
        var groups = claimants.Select(claimant => (By: claimant, Claims: claimant.Claims.Where(claim => policy.GroupOf(entity, claim.Path) == group).ToDictionary(claim => claim.Path)))
            .Where(one => one.Claims.Count > 0).ToList();
        var paths = groups.SelectMany(one => one.Claims.Keys).ToHashSet();
        var order = groups.GroupBy(one => paths.Count(other => !one.Claims.ContainsKey(other) && one.By.CanSay(other))).OrderBy(holes => holes.Key)
            .SelectMany(holes => Sorted(rule, [.. holes.Select(one => new Said(
                FieldValue.Text(string.Concat(one.Claims.OrderBy(claim => claim.Key, StringComparer.Ordinal).Select(claim => claim.Value.Value.AsText))), one.Claims.Values.Max(claim => claim.At), one.By))])
                .Select(said => groups.First(one => ReferenceEquals(one.By, said.By)))).ToList();
        var (winner, claims) = order[0];
        foreach (var (by, theirs) in order.Where(one => one.Claims.ContainsKey(path)))
        {
            var mayFill = !winner.CanSay(path) || theirs.All(claim => !claims.TryGetValue(claim.Key, out var own) || own.Value == claim.Value.Value);
            if (ReferenceEquals(by, winner) || mayFill)
                return Golden(rule, path, new(theirs[path].Value, theirs[path].At, by));
        }

        return Golden(rule, path, new(FieldValue.Empty, claims.Values.Max(claim => claim.At), winner));
    }

    private static List<Said> Saying(IReadOnlyList<Claimant> claimants, string path) => claimants
        .SelectMany(claimant => claimant.Claims.Where(claim => claim.Path == path).Select(claim => new Said(claim.Value, claim.At, claimant)))
        .ToList();

    private static GoldenField Best(SurvivorshipRule rule, string path, List<Said> said)
    {
        if (rule.Kind == SurvivorshipKind.Union && said.Exists(one => one.Value.Kind == FieldKind.Set))
        {
            var full = said.Where(one => !one.Value.IsEmpty).ToList();
            var members = full.SelectMany(one => one.Value.Kind == FieldKind.Set ? one.Value.AsSet : [one.Value.AsText]);
            return Golden(rule, path, Sorted(rule, full).First()) with { Value = FieldValue.Set(members) };
        }

        return Golden(rule, path, Sorted(rule, said).First());
    }

    private static GoldenField Golden(SurvivorshipRule rule, string path, Said said) => new(path, said.Value, said.By.RecordId, said.At, rule.Name);

    private static IOrderedEnumerable<Said> Sorted(SurvivorshipRule rule, List<Said> said) => said
        .OrderBy(one => !rule.BlanksWin && one.Value.IsEmpty ? 1 : 0)
        .ThenBy(one => Preference(rule, one))
        .ThenByDescending(one => one.At.UtcTicks)
        .ThenBy(one => Place(rule.Order, one.By.Connection))
        .ThenBy(one => one.By.Connection, StringComparer.Ordinal)
        .ThenBy(one => one.By.Stream, StringComparer.Ordinal)
        .ThenBy(one => one.By.RecordId);

    private static double Preference(SurvivorshipRule rule, Said said) => rule.Kind switch
    {
        SurvivorshipKind.MostRestrictive when rule.Values.Contains(said.Value.AsText) => rule.Values.ToList().IndexOf(said.Value.AsText),
        SurvivorshipKind.MostRestrictive => rule.Values.Count - 1.5,
        SurvivorshipKind.MostComplete when said.Value.Kind == FieldKind.Set => -said.Value.AsSet.Count,
        SurvivorshipKind.MostComplete => -said.Value.AsText.Count(char.IsLetterOrDigit),
        SurvivorshipKind.SourcePriority => Place(rule.Order, said.By.Connection),
        _ => 0,
    };

    private static int Place(IReadOnlyList<string> order, string connection) =>
        order.ToList().IndexOf(connection) is var place and >= 0 ? place : order.Count;
}
