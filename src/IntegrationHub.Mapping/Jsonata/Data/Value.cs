using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Data;

/// <summary>What kind of thing a value is.</summary>
internal enum Kind : byte { Undefined, Null, Boolean, Number, Text, Array, Object, Function, Tuples }

/// <summary>What a value refers to when it is not plain text.</summary>
internal abstract class Referent(Kind kind)
{
    public readonly Kind Kind = kind;
}

/// <summary>Marks how a value is held; the datum is in the value itself.</summary>
internal sealed class Tag(Kind kind, bool json = false) : Referent(kind)
{
    public readonly bool Json = json;

    public static readonly Tag Null = new(Kind.Null);
    public static readonly Tag True = new(Kind.Boolean);
    public static readonly Tag False = new(Kind.Boolean);
    public static readonly Tag Number = new(Kind.Number);
    public static readonly Tag Bound = new(Kind.Undefined);
    public static readonly Tag JsonNumber = new(Kind.Number, json: true);
    public static readonly Tag JsonText = new(Kind.Text, json: true);
    public static readonly Tag JsonArray = new(Kind.Array, json: true);
    public static readonly Tag JsonObject = new(Kind.Object, json: true);
}

/// <summary>A value of the language: a place in the input, or something the expression made. The default is undefined.</summary>
internal readonly struct Value
{
    // null (undefined), a Tag, a string, or another Referent. No other type ever gets in here, which Kind relies on.
    private readonly object? _referent;
    private readonly double _number;
    private readonly JsonElement _json;

    private Value(object referent) => _referent = referent;

    private Value(Tag tag, JsonElement json)
    {
        _referent = tag;
        _json = json;
    }

    private Value(double number)
    {
        _referent = Tag.Number;
        _number = number;
    }

    public static Value Null => new(Tag.Null);

    public static Value True => new(Tag.True);

    public static Value False => new(Tag.False);

    /// <summary>A variable that was given the value undefined, which hides an outer variable of its name.</summary>
    public static Value BoundUndefined => new(Tag.Bound);

    public static Value Of(bool value) => value ? True : False;

    public static Value Of(double value) => new(value);

    public static Value Of(string value) => new(value);

    public static Value Of(Referent value) => new(value);

    public static Value Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => Null,
        JsonValueKind.True => True,
        JsonValueKind.False => False,
        JsonValueKind.Number => new(Tag.JsonNumber, json),
        JsonValueKind.String => new(Tag.JsonText, json),
        JsonValueKind.Array => new(Tag.JsonArray, json),
        JsonValueKind.Object => new(Tag.JsonObject, json),
        _ => default,
    };

    public Kind Kind => _referent switch
    {
        null => Kind.Undefined,
        string => Kind.Text,
        _ => Unsafe.As<Referent>(_referent).Kind,
    };

    /// <summary>Undefined, and never bound.</summary>
    public bool IsUnset => _referent is null;

    public bool IsUndefined => _referent is null || ReferenceEquals(_referent, Tag.Bound);

    public bool Is(Tag tag) => ReferenceEquals(_referent, tag);

    public bool IsNull => ReferenceEquals(_referent, Tag.Null);

    public bool IsTrue => ReferenceEquals(_referent, Tag.True);

    public bool IsBoolean => Kind == Kind.Boolean;

    public bool IsNumber => Kind == Kind.Number;

    public bool IsText => Kind == Kind.Text;

    public bool IsArray => Kind == Kind.Array;

    public bool IsObject => Kind == Kind.Object;

    public bool IsFunction => Kind == Kind.Function;

    /// <summary>The value is a place in the input, and <see cref="Json"/> is that place.</summary>
    public bool IsJson => _referent is Tag { Json: true };

    public JsonElement Json => _json;

    public double Number => ReferenceEquals(_referent, Tag.Number) ? _number : _json.GetDouble();

    public string Text => _referent as string ?? InputText.Decode(_json);

    /// <summary>The array that the expression made; null for an array of the input.</summary>
    public ArrayValue? MadeArray => _referent as ArrayValue;

    public ObjectValue? MadeObject => _referent as ObjectValue;

    public Function? Function => _referent as Function;

    public TupleStream? Tuples => _referent as TupleStream;

    public bool IsSequence => _referent is ArrayValue { IsSequence: true };

    /// <summary>The value as it is read from a variable: a bound undefined is undefined like any other.</summary>
    public Value Plain => ReferenceEquals(_referent, Tag.Bound) ? default : this;

    /// <summary>Number of items of an array.</summary>
    public int Count => _referent is ArrayValue made ? made.Count : _json.GetArrayLength();

    /// <summary>An item of an array.</summary>
    public Value Item(int index) => _referent is ArrayValue made ? made[index] : Of(_json[index]);

    /// <summary>The items of an array.</summary>
    public ItemEnumerator Items() => new(this);

    /// <summary>The property of an object; undefined when it is not there.</summary>
    public Value Property(PropertyName name) => _referent is ObjectValue made
        ? made.Get(name.Text)
        : _json.TryGetProperty(name.Utf8, out var found) ? Of(found) : default;

    /// <summary>The property of an object; undefined when it is not there.</summary>
    public Value Property(string name)
    {
        if (_referent is ObjectValue made) return made.Get(name);
        return InputText.IsWellFormed(name) && _json.TryGetProperty(name, out var found) ? Of(found) : default;
    }

    /// <summary>The properties of an object, in their order.</summary>
    public PropertyEnumerator Properties() => new(this);

    /// <summary>A text compared with another without decoding it where that can be spared.</summary>
    public bool TextEquals(in Value other) => (_referent as string, other._referent as string) switch
    {
        ({ } a, { } b) => string.Equals(a, b, StringComparison.Ordinal),
        ({ } a, null) => InputText.Equals(other._json, a),
        (null, { } b) => InputText.Equals(_json, b),
        _ => string.Equals(Text, other.Text, StringComparison.Ordinal),
    };

    /// <summary>Both values are the same thing in memory, or equal scalars.</summary>
    public bool SameAs(in Value other) =>
        Kind == other.Kind && Kind switch
        {
            Kind.Number => Number == other.Number,
            Kind.Text => TextEquals(other),
            Kind.Boolean or Kind.Null or Kind.Undefined => ReferenceEquals(_referent, other._referent),
            _ => IsJson ? other.IsJson && JsonMarshal.GetRawUtf8Value(_json) == JsonMarshal.GetRawUtf8Value(other._json)
                : ReferenceEquals(_referent, other._referent),
        };
}
