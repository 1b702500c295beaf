using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity.Normalise;
using IntegrationHub.Identity.Policies;

namespace IntegrationHub.Identity.Match;

/// <summary>Reads <c>policies/matching.json</c>. Fields of one pattern are one <see cref="MatchField"/>, however many rules name it.</summary>
internal sealed class MatchPolicyFile(string fileName)
{
    private const int SharedLimitDefault = 10, SharedLimitMax = 100_000;

    // What the canonical schemas hold at these paths. A policy's own "fields" come first.
    private static readonly (PathPattern Pattern, ValueKind Kind)[] Usual =
    [
        (Known("emails[*].value"), ValueKind.Email),
        (Known("phones[*].value"), ValueKind.Phone),
        (Known("identifiers[*].value"), ValueKind.Identifier),
        (Known("name.*"), ValueKind.Name),
        (Known("birthDate"), ValueKind.Date),
    ];

    private readonly PolicyReader reader = new(fileName);
    private readonly List<(PathPattern Pattern, ValueKind Kind)> kinds = [];
    private readonly List<MatchField> fields = [];
    private readonly List<MatchRule> rules = [];
    private readonly List<Contradiction> contradictions = [];
    private Normaliser normaliser = new(null);

    private enum Comparison
    {
        Equal,
        Initials,
    }

    public PolicyParse<MatchPolicy> Read(string json)
    {
        if (reader.Root(json) is not { } root)
            return new(null, reader.Problems);
        reader.Allow(root, "", "$schema", "description", "entities", "sharedLimit", "callingCode", "fields", "rules", "deny", "contradictions");
        var sharedLimit = reader.Number(root, "", "sharedLimit", 1, SharedLimitMax, SharedLimitDefault);
        var entities = root.TryGetProperty("entities", out _) ? reader.Texts(root, "", "entities") : ["customer", "lead"];
        normaliser = new(ReadCallingCode(root));
        ReadFields(root);
        foreach (var (element, path) in reader.Objects(root, "", "rules"))
            ReadRule(element, path, entities);
        if (!root.TryGetProperty("rules", out _))
            reader.Add("", "'rules' is missing; an empty list matches nothing.");
        var ruleFields = fields.Count;
        foreach (var (element, path) in reader.Objects(root, "", "contradictions"))
            ReadContradiction(element, path, entities);
        foreach (var (element, path) in reader.Objects(root, "", "deny"))
            ReadDeny(element, path);
        return reader.Problems.Count > 0
            ? new(null, reader.Problems)
            : new(new(PolicyReader.VersionOf(json), sharedLimit, entities, new KeyMaker(fields[..ruleFields], rules), contradictions), []);
    }

    private static PathPattern Known(string text) => PathPattern.TryParse(text, out var pattern, out var problem)
        ? pattern
        : throw new FormatException(problem);

    private string? ReadCallingCode(JsonElement root)
    {
        var code = reader.Text(root, "", "callingCode");
        if (code is null || (code.Length <= 3 && code.All(char.IsAsciiDigit) && code[0] != '0'))
            return code;
        reader.Add("callingCode", $"'{code}' is no country code of telephone numbers; write its 1 to 3 digits alone, such as '86'.");
        return null;
    }

    private void ReadFields(JsonElement root)
    {
        foreach (var (element, path) in reader.Objects(root, "", "fields"))
        {
            reader.Allow(element, path, "description", "field", "as");
            var pattern = reader.Pattern(element, path, "field");
            var kind = reader.Word<ValueKind>(element, path, "as", required: true);
            if (pattern is not null && kind is not null)
                kinds.Add((pattern, kind.Value));
        }
    }

    private void ReadRule(JsonElement element, string path, IReadOnlyList<string> entities)
    {
        reader.Allow(element, path, "description", "name", "entity", "where", "all");
        var name = reader.Text(element, path, "name", required: true);
        if (name is not null && rules.Exists(rule => rule.Name == name))
            reader.Add(PolicyReader.At(path, "name"), $"'{name}' is the name of an earlier rule too; keys are told apart by it.");
        var texts = reader.Texts(element, path, "all");
        if (texts.Count == 0)
            reader.Add(PolicyReader.At(path, "all"), "the fields that make the key are missing; name one or more.");
        var indexes = texts.Select((text, index) => FieldOf(text, $"{PolicyReader.At(path, "all")}[{index}]")).ToArray();
        var entity = ReadEntity(element, path, entities);
        var where = ReadWhere(element, path);
        if (name is not null && Array.TrueForAll(indexes, static field => field is not null))
            rules.Add(new(name, entity, where, [.. indexes.Select(static field => field!.Value)]));
    }

    private string? ReadEntity(JsonElement element, string path, IReadOnlyList<string> entities)
    {
        var entity = reader.Text(element, path, "entity");
        if (entity is not null && !entities.Contains(entity))
            reader.Add(PolicyReader.At(path, "entity"), $"'{entity}' is not matched; there are {string.Join(", ", entities)}.");
        return entity;
    }

    private List<KeyValuePair<string, string>> ReadWhere(JsonElement element, string path)
    {
        var where = new List<KeyValuePair<string, string>>();
        if (!element.TryGetProperty("where", out var conditions))
            return where;
        var wherePath = PolicyReader.At(path, "where");
        if (conditions.ValueKind != JsonValueKind.Object)
        {
            reader.Add(wherePath, "an object of paths and values was expected, such as { \"kind\": \"organisation\" }.");
            return where;
        }

        foreach (var condition in conditions.EnumerateObject())
        {
            var pattern = reader.Pattern(condition.Name, wherePath);
            if (pattern is { IsExact: false })
                reader.Add(wherePath, $"'{condition.Name}' fits several paths; name one.");
            if (reader.Text(conditions, wherePath, condition.Name) is { } value && pattern is not null)
                where.Add(new(pattern.Text, value));
        }

        return where;
    }

    private void ReadContradiction(JsonElement element, string path, IReadOnlyList<string> entities)
    {
        reader.Allow(element, path, "description", "entity", "field", "compare", "unlessEqual");
        var entity = ReadEntity(element, path, entities);
        var text = reader.Text(element, path, "field", required: true);
        var field = text is null ? null : FieldOf(text, PolicyReader.At(path, "field"));
        var initials = reader.Word<Comparison>(element, path, "compare") == Comparison.Initials;
        if (initials && field is { } named && fields[named].Kind != ValueKind.Name)
            reader.Add(PolicyReader.At(path, "compare"), "only names have initials; leave it out, or list the field as a name under 'fields'.");
        var others = reader.Texts(element, path, "unlessEqual")
            .Select((other, index) => FieldOf(other, $"{PolicyReader.At(path, "unlessEqual")}[{index}]")).ToArray();
        if (field is { } index && Array.TrueForAll(others, static other => other is not null))
            contradictions.Add(new(entity, fields[index], initials, [.. others.Select(other => fields[other!.Value])]));
    }

    private void ReadDeny(JsonElement element, string path)
    {
        reader.Allow(element, path, "description", "field", "values", "aloneOnly");
        var pattern = reader.Pattern(element, path, "field");
        var aloneOnly = reader.Flag(element, path, "aloneOnly", otherwise: false);
        var values = reader.Texts(element, path, "values");
        if (values.Count == 0)
            reader.Add(PolicyReader.At(path, "values"), "the values that mean nobody are missing; name one or more.");
        if (pattern is null)
            return;
        var covered = fields.FindAll(field => pattern.Covers(field.Pattern));
        if (covered.Count == 0)
            reader.Add(PolicyReader.At(path, "field"), $"no rule or contradiction compares '{pattern}', so denying its values does nothing.");
        for (var i = 0; i < values.Count; i++)
        {
            // The fields that one pattern covers may be of several kinds; a value is wrong when it is wrong for one of them.
            var problem = covered
                .Select(field => (aloneOnly ? field.DeniedAlone : field.Denied).Add(field.Kind, values[i], normaliser))
                .FirstOrDefault(static found => found is not null);
            if (problem is not null)
                reader.Add($"{PolicyReader.At(path, "values")}[{i}]", $"'{values[i]}' {problem}");
        }
    }

    // The index of a field, made when it is named for the first time.
    private int? FieldOf(string text, string path)
    {
        if (reader.Pattern(text, path) is not { } pattern)
            return null;
        if (pattern.IsOpen)
        {
            reader.Add(path, $"'{text}' fits fields of any name; name the one to compare.");
            return null;
        }

        var index = fields.FindIndex(field => field.Pattern.Text == pattern.Text);
        if (index >= 0)
            return index;
        fields.Add(new(pattern, KindOf(pattern), normaliser));
        return fields.Count - 1;
    }

    private ValueKind KindOf(PathPattern pattern)
    {
        foreach (var (known, kind) in kinds.Concat(Usual))
        {
            if (known.Covers(pattern))
                return kind;
        }

        return ValueKind.Text;
    }
}
