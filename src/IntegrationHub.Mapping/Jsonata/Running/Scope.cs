using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>The names that one kind of scope has, each with its slot.</summary>
internal sealed class Layout
{
    private readonly List<string> _names = [];

    public int Count => _names.Count;

    public string this[int slot] => _names[slot];

    public int Slot(string name) => _names.IndexOf(name);

    public int Declare(string name)
    {
        var slot = _names.IndexOf(name);
        if (slot >= 0) return slot;
        _names.Add(name);
        return _names.Count - 1;
    }
}

/// <summary>The variables of a block, a function's call or a tuple while it runs.</summary>
internal sealed class Scope(Scope? parent, Layout layout)
{
    private readonly Value[] _slots = new Value[layout.Count];

    public Scope? Parent { get; } = parent;

    public Layout Layout { get; } = layout;

    /// <summary>The value of a slot; unset when nothing was bound to it.</summary>
    public Value Get(int slot) => _slots[slot];

    public void Set(int slot, in Value value) => _slots[slot] = value.IsUnset ? Value.BoundUndefined : value;

    public Scope Up(int hops)
    {
        var scope = this;
        for (; hops > 0; hops--) scope = scope.Parent!;
        return scope;
    }

    public Scope Clone()
    {
        var clone = new Scope(Parent, Layout);
        _slots.CopyTo(clone._slots, 0);
        return clone;
    }
}
