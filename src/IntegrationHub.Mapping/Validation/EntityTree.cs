using System.Buffers;
using System.Globalization;
using IntegrationHub.Abstractions;
using Newtonsoft.Json.Linq;

namespace IntegrationHub.Mapping.Validation;

/// <summary>
/// Makes the nested form of an entity's fields for the schema check, and runs the field rules on the way. The fields come sorted,
/// so whatever belongs to one object or element comes in one run: the open containers are a stack, and no path is read twice.
/// </summary>
internal sealed class EntityTree
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-$");

    private readonly Stack<Container> open = new(8);
    private List<Problem>? problems;
    private List<Problem>? ruleProblems;

    private EntityTree(SchemaNode schema) => open.Push(new(0, Root, schema));

    public JObject Root { get; } = [];

    /// <summary>Fields that are not in the tree because their path makes no sense in the schema.</summary>
    public IReadOnlyList<Problem> PathProblems => problems ?? (IReadOnlyList<Problem>)[];

    public IReadOnlyList<Problem> RuleProblems => ruleProblems ?? (IReadOnlyList<Problem>)[];

    public static EntityTree Build(SchemaNode schema, FieldMap fields)
    {
        var tree = new EntityTree(schema);
        var previous = "";
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            var common = field.Path.AsSpan().CommonPrefixLength(previous);
            while (tree.open.Peek().PrefixLength > common)
                tree.open.Pop();
            tree.Add(field);
            previous = field.Path;
        }

        return tree;
    }

    /// <summary>Whether a text can name a property that the schema does not name itself.</summary>
    public static bool IsName(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(NameCharacters);

    private void Add(Field field)
    {
        while (true)
        {
            var container = open.Peek();
            var rest = field.Path.AsSpan(container.PrefixLength);
            var goesOn = container.Token is JArray list
                ? AddElement(field, container, list, rest)
                : AddProperty(field, container, (JObject)container.Token, rest);
            if (!goesOn)
                return;
        }
    }

    /// <returns>Whether the path goes on inside a container that is now the open one.</returns>
    private bool AddProperty(Field field, in Container container, JObject target, ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny('.', '[');
        var text = end < 0 ? rest : rest[..end];
        var node = container.Node?.Find(text);
        if (node is not { Name.Length: > 0 } && !IsName(text))
            return RefusePath(field);
        var name = node is { Name.Length: > 0 } ? node.Name : text.ToString();
        if (target.TryGetValue(name, out var existing))
            return Collide(field, existing, isKey: end < 0 && container.Node is { } list && list.Keys.Contains(name));
        if (end < 0)
        {
            if (node is { Kind: SchemaNodeKind.Object or SchemaNodeKind.List })
                return Refuse(field, "type", "Fields under this path, not one value. Map the parts on their own.");
            if (ToToken(field.Value, node) is { } token)
                target.Add(name, token);
            Check(field, node, target);
            return false;
        }

        JContainer child = rest[end] == '[' ? new JArray() : new JObject();
        target.Add(name, child);
        open.Push(new(container.PrefixLength + end + 1, child, node));
        return true;
    }

    private bool AddElement(Field field, in Container container, JArray target, ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(']');
        var node = container.Node is { Kind: SchemaNodeKind.List } list ? list : null;
        if (end < 0 || (end + 1 < rest.Length && rest[end + 1] != '.'))
            return RefusePath(field);
        var element = new JObject();
        if (!TryReadKeys(rest[..end], node, element))
        {
            var keys = string.Join(',', node?.Keys ?? ["type"]);
            return Refuse(field, "listKey", $"The entries of this list are told apart by [{keys}], each once and in that order.");
        }

        if (end + 1 == rest.Length)
            return Refuse(field, "type", "A property of the list's entry, as in emails[type=work].value, not the whole entry.");
        target.Add(element);
        open.Push(new(container.PrefixLength + end + 2, element, node));
        return true;
    }

    private static bool TryReadKeys(ReadOnlySpan<char> text, SchemaNode? list, JObject element)
    {
        var count = 0;
        foreach (var range in text.Split(','))
        {
            var pair = text[range];
            var equals = pair.IndexOf('=');
            if (equals < 1)
                return false;
            var name = pair[..equals];
            if (list is not null && (count >= list.Keys.Count || !name.SequenceEqual(list.Keys[count])))
                return false;
            var value = pair[(equals + 1)..].ToString();
            element[list is null ? name.ToString() : list.Keys[count]] = value.Contains('%') ? Uri.UnescapeDataString(value) : value;
            count++;
        }

        return list is null || count == list.Keys.Count;
    }

    // The same property for the second time: fields beside fields under it, or the key of an element as one of its fields.
    private bool Collide(Field field, JToken existing, bool isKey)
    {
        if (!isKey)
            return Refuse(field, "type", "Either one value or fields under it, not both. Keep one of them in the mapping.");
        if (field.Value.Kind == FieldKind.Text && field.Value.AsText == (string?)existing)
            return false;
        return Refuse(field, "listKey", "What the path says of the entry's key. Leave the field away, or map it to that key's entry.");
    }

    private bool RefusePath(Field field) =>
        Refuse(field, "path", "A canonical path such as emails[type=work].value. Correct it in the mapping.");

    private void Check(Field field, SchemaNode? node, JObject siblings)
    {
        if (node is null || field.Value.Kind != FieldKind.Text)
            return;
        var rule = node.Rule;
        if (node.RulesByKey is { } byKey && (string?)siblings[byKey.Key] is { } key && byKey.Rules.TryGetValue(key, out var keyed))
            rule = keyed;
        if (rule is not null && !rule.Accepts(field.Value.AsText))
            (ruleProblems ??= []).Add(new(field.Path, rule.Name, ValueShape.Of(field.Value.AsText), rule.Expected));
    }

    private bool Refuse(Field field, string rule, string expected)
    {
        (problems ??= []).Add(new(field.Path, rule, Shapes.Of(field.Value), expected));
        return false;
    }

    /// <returns>Null when the value is explicitly empty where it may be: there is nothing to hold against it.</returns>
    private static JToken? ToToken(FieldValue value, SchemaNode? node) => value.Kind switch
    {
        FieldKind.Text => new JValue(value.AsText),
        FieldKind.Number => ToNumber(value),
        FieldKind.Boolean => new JValue(value.IsTrue),
        FieldKind.Set => new JArray(value.AsSet),
        _ => node is null ? JValue.CreateNull() : null,
    };

    private static JValue ToNumber(FieldValue value) =>
        long.TryParse(value.AsText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? new(whole)
            : new(value.AsNumber);

    /// <param name="PrefixLength">How many characters of the path lead into the container.</param>
    /// <param name="Node">The schema's place: for an element the one of its list; null when the schema does not know it.</param>
    private readonly record struct Container(int PrefixLength, JContainer Token, SchemaNode? Node);
}
