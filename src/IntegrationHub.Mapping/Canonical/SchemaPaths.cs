using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>The paths that a canonical entity has, from its JSON Schema. Immutable; safe for many threads.</summary>
public sealed class SchemaPaths
{
    private readonly List<SchemaField> fields = [];

    private SchemaPaths(string entity, SchemaNode root)
    {
        Entity = entity;
        Root = root;
        Collect(root);
    }

    /// <summary>The entity's name, such as <c>customer</c>.</summary>
    public string Entity { get; }

    /// <summary>All fields in the schema's order, without the key properties of lists.</summary>
    public IReadOnlyList<SchemaField> Fields => fields;

    internal SchemaNode Root { get; }

    /// <param name="entity">The entity's name.</param>
    /// <param name="schemaJson">Its JSON Schema; keyed lists carry <c>x-listKey</c>, sets <c>x-set</c>.</param>
    /// <exception cref="FormatException">The schema is not JSON, or a list has no keys; the message says where.</exception>
    public static SchemaPaths Parse(string entity, string schemaJson)
    {
        try
        {
            using var document = JsonDocument.Parse(schemaJson, new JsonDocumentOptions { MaxDepth = 64 });
            return new(entity, new SchemaReader(document.RootElement).Read());
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The schema of '{entity}' cannot be read: {broken.Message}", broken);
        }
    }

    /// <summary>What the schema says about a path, in any spelling of its keys; null when the entity has no such field.</summary>
    public SchemaField? Find(string canonicalPath) => TryParse(canonicalPath, out var steps) ? Walk(steps, out _)?.Field : null;

    /// <summary>Why a path is no field of the entity, and what to write instead; null when it is one.</summary>
    public string? Explain(string canonicalPath)
    {
        try
        {
            var node = Walk(CanonicalPath.Parse(canonicalPath), out var reason);
            return node switch
            {
                { Field: not null } => null,
                { IsList: true } => $"'{canonicalPath}' is an element of a list; name one of its fields: {Names(node)}.",
                { } => $"'{canonicalPath}' is an object; name one of its fields: {Names(node)}.",
                null => reason,
            };
        }
        catch (FormatException broken)
        {
            return broken.Message;
        }
    }

    /// <summary>The key properties of a list, in ordinal order; empty when the path is no list.</summary>
    /// <param name="listPath">Such as <c>emails</c>; for a list inside a list <c>lines.taxes</c>, with or without the outer keys.</param>
    public IReadOnlyList<string> KeysOf(string listPath)
    {
        if (!TryParse(listPath, out var steps))
            return [];
        var node = Root;
        foreach (var step in steps)
        {
            if (node.Child(step.Name) is not { } child)
                return [];
            node = child;
        }

        return node.Keys;
    }

    private SchemaNode? Walk(IReadOnlyList<PathStep> steps, out string reason)
    {
        var node = Root;
        var before = "";
        reason = "";
        foreach (var step in steps)
        {
            if (node.Child(step.Name) is not { } child)
            {
                reason = $"{(before.Length == 0 ? $"The entity '{Entity}'" : $"'{before}'")} has no '{step.Name}'. {Nearest.Suggest(step.Name, node.Properties.Keys)}";
                return null;
            }

            if (node.Keys.Contains(step.Name))
                reason = $"'{step.Name}' is the list's key, which '{before}' already says; name another field of the element.";
            else if (WrongKeys(step, child) is { } wrong)
                reason = wrong;
            if (reason.Length > 0)
                return null;
            before = before.Length == 0 ? CanonicalPath.Format([step]) : $"{before}.{CanonicalPath.Format([step])}";
            node = child;
        }

        return node;
    }

    private static string? WrongKeys(PathStep step, SchemaNode child)
    {
        if (!step.Keys.Select(key => key.Key).SequenceEqual(child.Keys, StringComparer.Ordinal))
        {
            return child.IsList
                ? $"'{step.Name}' is a list whose elements are named by {string.Join(" and ", child.Keys)}; write {step.Name}[{string.Join(',', child.Keys.Select(key => key + "=…"))}]."
                : $"'{step.Name}' is not a list; write it without brackets.";
        }

        foreach (var (key, value) in step.Keys)
        {
            var allowed = child.Properties[key].Field!.Allowed;
            if (allowed.Count > 0 && !allowed.Contains(value))
                return $"'{step.Name}' has no {key} '{value}'. {Nearest.Suggest(value, allowed)}";
        }

        return null;
    }

    private void Collect(SchemaNode node)
    {
        if (node.Field is not null)
            fields.Add(node.Field);
        foreach (var (name, child) in node.Properties)
        {
            if (!node.Keys.Contains(name))
                Collect(child);
        }

        if (node.AnyProperty is not null)
            Collect(node.AnyProperty);
    }

    private static string Names(SchemaNode node) => string.Join(", ", node.Properties.Keys.Except(node.Keys, StringComparer.Ordinal));

    private static bool TryParse(string path, out IReadOnlyList<PathStep> steps)
    {
        try
        {
            steps = CanonicalPath.Parse(path);
            return true;
        }
        catch (FormatException)
        {
            steps = [];
            return false;
        }
    }
}
