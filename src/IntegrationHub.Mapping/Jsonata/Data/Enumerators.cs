using System.Text.Json;

namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>The items of an array of either kind.</summary>
internal struct ItemEnumerator
{
    private readonly ArrayValue? _made;
    private JsonElement.ArrayEnumerator _json;
    private int _index = -1;

    public ItemEnumerator(in Value array)
    {
        _made = array.MadeArray;
        if (_made is null) _json = array.Json.EnumerateArray();
    }

    public readonly Value Current => _made is null ? Value.Of(_json.Current) : _made[_index];

    public bool MoveNext() => _made is null ? _json.MoveNext() : ++_index < _made.Count;

    public readonly ItemEnumerator GetEnumerator() => this;
}

/// <summary>The properties of an object of either kind.</summary>
internal struct PropertyEnumerator
{
    private readonly ObjectValue? _made;
    private JsonElement.ObjectEnumerator _json;
    private int _index = -1;

    public PropertyEnumerator(in Value value)
    {
        _made = value.MadeObject;
        if (_made is null) _json = value.Json.EnumerateObject();
    }

    public readonly KeyValuePair<string, Value> Current => _made is null
        ? new(InputText.Decode(_json.Current), Value.Of(_json.Current.Value))
        : _made.At(_index);

    public bool MoveNext() => _made is null ? _json.MoveNext() : ++_index < _made.Count;

    public readonly PropertyEnumerator GetEnumerator() => this;
}
