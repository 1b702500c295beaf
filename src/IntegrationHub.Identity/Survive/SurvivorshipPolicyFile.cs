using System.Text.Json;
using IntegrationHub.Identity.Policies;

namespace IntegrationHub.Identity.Survive;

/// <summary>Reads <c>policies/survivorship.json</c>.</summary>
internal static class SurvivorshipPolicyFile
{
    public static PolicyParse<SurvivorshipPolicy> Read(string fileName, string json)
    {
        var reader = new PolicyReader(fileName);
        if (reader.Root(json) is not { } root)
            return new(null, reader.Problems);
        reader.Allow(root, "", "$schema", "description", "order", "rules");
        var order = reader.Texts(root, "", "order");
        var rules = new List<(PathPattern Pattern, SurvivorshipRule Rule)>();
        foreach (var (element, path) in reader.Objects(root, "", "rules"))
        {
            if (ReadRule(reader, element, path, order) is not { } read)
                continue;
            if (FirstCover(rules, read) is { } cover)
                reader.Add(path, $"never applies: the rule for '{cover}' stands before it and fits the same fields. Move it up.");
            rules.Add(read);
        }

        if (!root.TryGetProperty("rules", out _))
            reader.Add("", "'rules' is missing; an empty list leaves every field to the latest edit.");
        return reader.Problems.Count > 0
            ? new(null, reader.Problems)
            : new(new SurvivorshipPolicy(PolicyReader.VersionOf(json), rules), []);
    }

    private static (PathPattern Pattern, SurvivorshipRule Rule)? ReadRule(
        PolicyReader reader, JsonElement element, string path, IReadOnlyList<string> commonOrder)
    {
        reader.Allow(element, path, "description", "entity", "path", "rule", "order", "blanksWin", "together", "values");
        var pattern = reader.Pattern(element, path, "path");
        var kind = reader.Word<SurvivorshipKind>(element, path, "rule", required: true);
        var entity = reader.Text(element, path, "entity");
        var blanksWin = reader.Flag(element, path, "blanksWin", otherwise: true);
        var together = reader.Flag(element, path, "together", otherwise: false);
        var order = element.TryGetProperty("order", out _) ? reader.Texts(element, path, "order") : commonOrder;
        var values = reader.Texts(element, path, "values");
        if (kind == SurvivorshipKind.SourcePriority && order.Count == 0)
            reader.Add(path, "sourcePriority needs 'order': the connections, the most trusted first, here or for the whole file.");
        if (element.TryGetProperty("values", out _) && kind is not null and not SurvivorshipKind.MostRestrictive)
            reader.Add(PolicyReader.At(path, "values"), "only mostRestrictive has values; leave it out.");
        if (values.Count == 1)
            reader.Add(PolicyReader.At(path, "values"), "two values or more are needed, the most restrictive first.");
        if (together && pattern is { HasHead: false })
            reader.Add(PolicyReader.At(path, "together"), "a group is what lies below one place: the path has to end in '.*', such as 'addresses[*].*'.");
        if (together && kind is SurvivorshipKind.Union or SurvivorshipKind.Manual or SurvivorshipKind.MostRestrictive)
            reader.Add(PolicyReader.At(path, "together"), "a group survives whole under mostRecent, sourcePriority or mostComplete; leave it out, or choose one of these.");
        if (pattern is null || kind is null)
            return null;

        var rule = new SurvivorshipRule { Path = pattern.Text, Kind = kind.Value, Entity = entity, Order = order, BlanksWin = blanksWin, Together = together };
        return (pattern, values.Count > 0 ? rule with { Values = values } : rule);
    }

    private static string? FirstCover(
        List<(PathPattern Pattern, SurvivorshipRule Rule)> before, (PathPattern Pattern, SurvivorshipRule Rule) rule) =>
        before.Find(earlier =>
            (earlier.Rule.Entity is null || earlier.Rule.Entity == rule.Rule.Entity) && earlier.Pattern.Covers(rule.Pattern)).Pattern?.Text;
}
