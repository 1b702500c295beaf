using System.Text;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>The properties of the source's record that a mapping reads, as a tree that a reader walks along.</summary>
internal sealed class SourceNode(string name)
{
    private readonly List<SourceNode> children = [];
    private readonly List<SourceElement> elements = [];

    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(name);

    public ulong NameHash { get; } = HashOf(Encoding.UTF8.GetBytes(name));

    /// <summary>Where the value goes; -1 when this is an object or a list.</summary>
    public int Slot { get; private set; } = -1;

    public List<SourceNode> Children => children;

    /// <summary>The elements that are read of a list, by their keys.</summary>
    public List<SourceElement> Elements => elements;

    public bool IsList => elements.Count > 0;

    /// <summary>Fast, and only a first filter: equal names have equal hashes, and a meeting of others is looked into.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> utf8)
    {
        // FNV-1a (Fowler, Noll, Vo), 64 bits.
        var hash = 14695981039346656037UL;
        foreach (var one in utf8)
            hash = (hash ^ one) * 1099511628211UL;
        return hash;
    }

    /// <summary>Adds a path and gives the slot of its value; a path that is there already keeps its slot.</summary>
    public int Add(IReadOnlyList<PathStep> path, ref int slots)
    {
        var node = this;
        foreach (var step in path)
        {
            node = node.Child(step.Name);
            if (step.Keys.Count > 0)
                node = node.Element(step.Keys);
        }

        if (node.Slot < 0)
            node.Slot = slots++;
        return node.Slot;
    }

    /// <summary>Sets this node and all below it.</summary>
    public void Fill(SourceValue[] slots, SourceValue value)
    {
        if (Slot >= 0)
            slots[Slot] = value;
        foreach (var child in children)
            child.Fill(slots, value);
        foreach (var element in elements)
            element.Node.Fill(slots, value);
    }

    private SourceNode Child(string name)
    {
        if (children.Find(child => Encoding.UTF8.GetString(child.NameUtf8) == name) is not { } found)
            children.Add(found = new(name));
        return found;
    }

    private SourceNode Element(IReadOnlyList<KeyValuePair<string, string>> keys)
    {
        if (elements.Find(element =>
            element.Keys.Select(key => KeyValuePair.Create(key.Name, key.Value)).SequenceEqual(keys)) is not { } found)
            elements.Add(found = new([.. keys.Select(key => (key.Key, key.Value))], new("")));
        return found.Node;
    }
}

/// <summary>One element of a source's list, by the values of its key properties.</summary>
internal sealed record SourceElement(IReadOnlyList<(string Name, string Value)> Keys, SourceNode Node);
