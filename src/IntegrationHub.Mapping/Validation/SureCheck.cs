using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping.Validation;

/// <summary>
/// Recognises entities that are surely valid without making the tree that the schema library needs: nearly all are, and the tree and its check cost
/// about 38 KB and a tenth of a record's whole way (measured with <c>Benchmarks</c>). It never finds an entity invalid: whatever it is not sure of goes to the library,
/// which alone says what is wrong. That the two never disagree is a test (<c>SureCheckTests</c>).
/// </summary>
internal struct SureCheck
{
    private const int DepthMax = 16;

    private Containers open;
    private int depth;

    /// <returns>True when <see cref="EntityTree"/>, the schema library and the field rules would find nothing; false says nothing.</returns>
    public static bool IsSurelyValid(SchemaNode schema, FieldMap fields)
    {
        if (schema.Limits is null)
            return false;
        var check = new SureCheck();
        check.open[0] = new() { Node = schema, RequiredLeft = schema.Required.Count };
        // Sorted, so that whatever belongs to one object or element comes in one run (see EntityTree).
        var previous = "";
        for (var i = 0; i < fields.Count; i++)
        {
            var field = fields[i];
            var common = field.Path.AsSpan().CommonPrefixLength(previous);
            if (!check.CloseAfter(common) || !check.Allows(field))
                return false;
            previous = field.Path;
        }

        return check.CloseAfter(-1);
    }

    /// <summary>Leaves the containers that the next field is not in; each must have had all that it requires.</summary>
    private bool CloseAfter(int prefixLength)
    {
        for (; depth >= 0 && open[depth].PrefixLength > prefixLength; depth--)
        {
            if (open[depth].RequiredLeft > 0)
                return false;
        }

        return true;
    }

    private bool Allows(Field field)
    {
        while (true)
        {
            ref var container = ref open[depth];
            var rest = field.Path.AsSpan(container.PrefixLength);
            if (container.IsList)
            {
                if (!EnterElement(rest, container))
                    return false;
                continue;
            }

            var end = rest.IndexOfAny('.', '[');
            var name = end < 0 ? rest : rest[..end];
            // Without a place in the schema, or as a key said twice: the library's to judge.
            if (container.Node.Find(name) is not { } node || container.Node.Keys.Contains(node.Name) || (node.Name.Length == 0 && !EntityTree.IsName(name)))
                return false;
            if (end < 0)
                {
                Note(ref container, node);
                return Allows(field, node, container);
            }

            var isList = rest[end] == '[';
            if (node.Kind != (isList ? SchemaNodeKind.List : SchemaNodeKind.Object) || node.Limits is null || depth + 1 == DepthMax)
                return false;
            Note(ref container, node);
            open[++depth] = new() { PrefixLength = container.PrefixLength + end + 1, Node = node, IsList = isList, RequiredLeft = isList ? 0 : node.Required.Count };
        }
    }

    private bool EnterElement(ReadOnlySpan<char> rest, Container list)
    {
        var end = rest.IndexOf(']');
        if (end < 0 || end + 1 >= rest.Length || rest[end + 1] != '.' || list.Node.ElementLimits is null || depth + 1 == DepthMax)
            return false;
        var keys = rest[..end];
        var count = 0;
        var required = list.Node.Required.Count;
        foreach (var range in keys.Split(','))
        {
            var pair = keys[range];
            if (count == list.Node.Keys.Count || !pair.StartsWith(list.Node.Keys[count]) || pair.Contains('%'))
                return false;
            var name = list.Node.Keys[count++];
            if (pair.Length == name.Length || pair[name.Length] != '=' || list.Node.Find(name) is not { Rule: null, RulesByKey: null, Limits: { } limits }
                || !limits.SurelyAllows(pair[(name.Length + 1)..]))
            {
                return false;
            }

            if (list.Node.Required.Contains(name))
                required--;
        }

        if (count != list.Node.Keys.Count)
            return false;
        open[++depth] = new()
        {
            PrefixLength = list.PrefixLength + end + 2,
            Node = list.Node,
            RequiredLeft = required,
            KeysStart = list.PrefixLength,
            KeysLength = end,
        };
        return true;
    }

    private static void Note(ref Container container, SchemaNode node)
    {
        if (container.Node.Required.Contains(node.Name))
            container.RequiredLeft--;
    }

    private static bool Allows(Field field, SchemaNode node, Container container)
    {
        var value = field.Value;
        if (node.Kind is SchemaNodeKind.Object or SchemaNodeKind.List)
            return false;
        // Explicitly empty is an answer everywhere; where one is required the library's finding has to be looked at.
        if (value.IsEmpty)
            return !container.Node.Required.Contains(node.Name);
        if (node.Limits is not { } limits || !limits.SurelyAllows(value))
            return false;
        if (value.Kind != FieldKind.Text)
            return true;
        if (node.RulesByKey is { } byKey && !AllowsByKey(byKey, value.AsText, field.Path.AsSpan(container.KeysStart, container.KeysLength)))
            return false;
        return node.Rule is null || node.Rule.Accepts(value.AsText);
    }

    // A rule for another key's value changes nothing, and one for this key's is applied beside the place's own: refusing too often costs only time.
    private static bool AllowsByKey(RulesByKey byKey, string text, ReadOnlySpan<char> keys)
    {
        foreach (var range in keys.Split(','))
        {
            var pair = keys[range];
            if (!pair.StartsWith(byKey.Key) || pair.Length == byKey.Key.Length || pair[byKey.Key.Length] != '=')
                continue;
            return !byKey.Rules.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(pair[(byKey.Key.Length + 1)..], out var rule) || rule.Accepts(text);
        }

        return false;
    }

    private struct Container
    {
        /// <summary>How many characters of the path lead into it.</summary>
        public int PrefixLength { get; init; }

        /// <summary>Its place in the schema: for an element the one of its list.</summary>
        public SchemaNode Node { get; init; }

        public bool IsList { get; init; }

        /// <summary>Required properties that have not come yet.</summary>
        public int RequiredLeft { get; set; }

        /// <summary>Where an element's keys stand in the path.</summary>
        public int KeysStart { get; init; }

        public int KeysLength { get; init; }
    }

    [InlineArray(DepthMax)]
    private struct Containers
    {
        private Container first;
    }
}
