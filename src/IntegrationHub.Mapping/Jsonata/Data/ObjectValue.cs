namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>An object that the expression made; its properties keep the order in which they came.</summary>
internal sealed class ObjectValue(int capacity = 4) : Referent(Kind.Object)
{
    // Up to this many properties a walk is quicker than a hash.
    private const int Walked = 8;

    private KeyValuePair<string, Value>[] _properties = new KeyValuePair<string, Value>[capacity];
    private Dictionary<string, int>? _places;

    public int Count { get; private set; }

    public KeyValuePair<string, Value> At(int index) => _properties[index];

    public Value Get(string name) => Place(name) is var place and >= 0 ? _properties[place].Value : default;

    public bool Contains(string name) => Place(name) >= 0;

    public void Set(string name, in Value value)
    {
        var place = Place(name);
        if (place >= 0) _properties[place] = new(name, value);
        else Add(name, value);
    }

    /// <summary>Adds a property that is known not to be there yet.</summary>
    public void Add(string name, in Value value)
    {
        if (Count == _properties.Length) Array.Resize(ref _properties, Math.Max(4, Count * 2));
        _properties[Count] = new(name, value);
        _places?.Add(name, Count);
        Count++;
    }

    public void Remove(string name)
    {
        var place = Place(name);
        if (place < 0) return;
        Array.Copy(_properties, place + 1, _properties, place, Count - place - 1);
        Count--;
        _properties[Count] = default;
        _places = null;
    }

    private int Place(string name)
    {
        if (Count <= Walked)
        {
            for (var i = 0; i < Count; i++)
            {
                if (string.Equals(_properties[i].Key, name, StringComparison.Ordinal)) return i;
            }
            return -1;
        }
        if (_places is null)
        {
            _places = new Dictionary<string, int>(Count * 2, StringComparer.Ordinal);
            for (var i = 0; i < Count; i++) _places[_properties[i].Key] = i;
        }
        return _places.TryGetValue(name, out var place) ? place : -1;
    }
}
