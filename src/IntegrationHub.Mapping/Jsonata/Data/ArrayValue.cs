namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>An array that the expression made. A sequence of one is the one, unless it is kept; a range holds no items until something is
/// added.</summary>
internal sealed class ArrayValue : Referent
{
    private Value[] _items;
    private readonly double _from;
    private bool _isRange;

    public ArrayValue(int capacity = 4) : base(Kind.Array) => _items = capacity == 0 ? [] : new Value[capacity];

    private ArrayValue(double from, int count) : base(Kind.Array)
    {
        _items = [];
        _from = from;
        _isRange = true;
        Count = count;
    }

    public int Count { get; private set; }

    /// <summary>Made by a path, a predicate or a function, not by [ ].</summary>
    public bool IsSequence { get; set; }

    /// <summary>Stays an array even with one item: the path had [].</summary>
    public bool KeepsSingleton { get; set; }

    /// <summary>Made by [ ] as a step of a path: goes into the step's result as one item.</summary>
    public bool IsConstructed { get; set; }

    /// <summary>Holds the input, which is an array, as one item.</summary>
    public bool IsInputWrapper { get; init; }

    public Value this[int index]
    {
        get => _isRange ? Value.Of(_from + index) : _items[index];
        set
        {
            Materialise(Count);
            _items[index] = value;
        }
    }

    public static ArrayValue Sequence(int capacity = 4) => new(capacity) { IsSequence = true };

    public static ArrayValue Sequence(in Value only)
    {
        var sequence = new ArrayValue(1) { IsSequence = true };
        sequence.Add(only);
        return sequence;
    }

    public static ArrayValue Range(double from, int count) => new(from, count);

    public static ArrayValue Of(ReadOnlySpan<Value> items)
    {
        var array = new ArrayValue(items.Length);
        items.CopyTo(array._items);
        array.Count = items.Length;
        return array;
    }

    public void Add(in Value item)
    {
        if (_isRange || Count == _items.Length) Materialise(Math.Max(4, Count * 2));
        _items[Count++] = item;
    }

    /// <summary>Adds the items of an array, or the value itself.</summary>
    public void AddFlat(in Value value)
    {
        if (!value.IsArray || value.MadeArray is { IsConstructed: true }) Add(value);
        else AddItems(value);
    }

    public void AddItems(in Value array)
    {
        if (array.MadeArray is { _isRange: false } made)
        {
            if (Count + made.Count > _items.Length || _isRange) Materialise(Math.Max(Count + made.Count, Count * 2));
            made._items.AsSpan(0, made.Count).CopyTo(_items.AsSpan(Count));
            Count += made.Count;
            return;
        }
        foreach (var item in array.Items()) Add(item);
    }

    public Span<Value> AsSpan()
    {
        Materialise(Count);
        return _items.AsSpan(0, Count);
    }

    /// <summary>What an expression sees of a sequence: nothing, the only item, or the array.</summary>
    public Value Collapse() => !IsSequence ? Value.Of(this) : Count switch
    {
        0 => default,
        1 when !KeepsSingleton => this[0],
        _ => Value.Of(this),
    };

    private void Materialise(int capacity)
    {
        if (!_isRange && _items.Length >= capacity) return;
        var items = new Value[capacity];
        if (_isRange)
        {
            for (var i = 0; i < Count; i++) items[i] = Value.Of(_from + i);
        }
        else
        {
            _items.AsSpan(0, Count).CopyTo(items);
        }
        _items = items;
        _isRange = false;
    }
}
