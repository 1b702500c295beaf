using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;
using Tuple = IntegrationHub.Mapping.Jsonata.Running.Tuple;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>{ key: value } over items: the items whose keys are equal are one group, and each group gives one property.</summary>
internal sealed class Grouping
{
    private readonly (Op Key, Op Value)[] _pairs;
    // Keys that are literal and all different need no groups when there is one item, which is how most objects are made.
    private readonly string[]? _literals;
    private readonly int _position;

    public Grouping(Compiler compiler, GroupNode node, CompileScope scope)
    {
        _pairs = [.. node.Pairs.Select(pair => (compiler.Compile(pair.Key, scope), compiler.Compile(pair.Value, scope)))];
        var literals = node.Pairs.Select(pair => pair.Key is TextNode { Stages: null, Group: null } text ? text.Text : null).ToArray();
        var isPlain = Array.TrueForAll(literals,
            key => key is not null) && literals.Distinct(StringComparer.Ordinal).Count() == literals.Length;
        _literals = isPlain ? [.. literals.OfType<string>()] : null;
        _position = node.Position;
    }

    public Value Make(Run run, Scope scope, in Value input)
    {
        var single = !input.IsArray || input.Count < 2;
        var only = !input.IsArray ? input : input.Count == 1 ? input.Item(0) : default;
        if (single && _literals is not null) return Direct(run, scope, only);
        var groups = new Groups(_position);
        if (single) Add(run, scope, only, groups);
        else foreach (var item in input.Items()) Add(run, scope, item, groups);
        var made = new ObjectValue(groups.All.Count);
        foreach (var group in groups.All)
        {
            var value = _pairs[group.Pair].Value(run, scope, group.Data);
            if (!value.IsUndefined) made.Set(group.Key, value);
        }
        return Value.Of(made);
    }

    /// <summary>Groups items with their bindings: in a group's value each binding stands for all of the group's.</summary>
    public Value Make(Run run, Scope outer, TupleStream stream, Layout layout)
    {
        var groups = new Groups(_position);
        foreach (var tuple in stream.Tuples) Add(run, tuple, groups);
        if (stream.Tuples.Count == 0) return Value.Of(new ObjectValue(0));
        var made = new ObjectValue(groups.All.Count);
        foreach (var group in groups.All)
        {
            var (context, scope) = group.Tuples is [var one] ? (one.Context, one.Scope) : Joined(group.Tuples, outer, layout);
            var value = _pairs[group.Pair].Value(run, scope, context);
            if (!value.IsUndefined) made.Set(group.Key, value);
        }
        return Value.Of(made);
    }

    private Value Direct(Run run, Scope scope, in Value item)
    {
        run.Step();
        var made = new ObjectValue(_pairs.Length);
        for (var i = 0; i < _pairs.Length; i++)
        {
            var value = _pairs[i].Value(run, scope, item);
            if (!value.IsUndefined) made.Add(_literals![i], value);
        }
        return Value.Of(made);
    }

    private void Add(Run run, Scope scope, in Value item, Groups groups)
    {
        run.Step();
        for (var i = 0; i < _pairs.Length; i++)
        {
            if (Key(_pairs[i].Key(run, scope, item)) is { } key) groups.Take(key, i).Add(item);
        }
    }

    private void Add(Run run, Tuple tuple, Groups groups)
    {
        run.Step();
        for (var i = 0; i < _pairs.Length; i++)
        {
            if (Key(_pairs[i].Key(run, tuple.Scope, tuple.Context)) is { } key) groups.Take(key, i).Tuples.Add(tuple);
        }
    }

    private string? Key(in Value key) => key.IsUndefined ? null
        : key.IsText ? key.Text
        : throw new JsonataException("T1003", _position);

    private static (Value, Scope) Joined(List<Tuple> tuples, Scope outer, Layout layout)
    {
        var context = default(Value);
        foreach (var tuple in tuples) context = Sequences.Append(context, tuple.Context);
        var scope = new Scope(outer, layout);
        for (var slot = 0; slot < layout.Count; slot++)
        {
            var joined = default(Value);
            foreach (var tuple in tuples) joined = Sequences.Append(joined, tuple.Scope.Get(slot).Plain);
            if (!joined.IsUndefined) scope.Set(slot, joined);
        }
        return (context, scope);
    }

    private sealed class Groups(int position)
    {
        private readonly Dictionary<string, Group> _byKey = new(StringComparer.Ordinal);

        public List<Group> All { get; } = [];

        public Group Take(string key, int pair)
        {
            if (!_byKey.TryGetValue(key, out var group))
            {
                group = new Group(key, pair);
                _byKey.Add(key, group);
                All.Add(group);
            }
            return group.Pair == pair ? group : throw new JsonataException("D1009", position, value: key);
        }
    }

    private sealed class Group(string key, int pair)
    {
        private ArrayValue? _several;
        private List<Tuple>? _tuples;

        public string Key { get; } = key;

        public int Pair { get; } = pair;

        public Value Data { get; private set; }

        public List<Tuple> Tuples => _tuples ??= [];

        public void Add(in Value item)
        {
            if (Data.IsUndefined)
            {
                Data = item;
                return;
            }
            if (_several is null)
            {
                _several = new ArrayValue();
                if (Data.IsArray) _several.AddItems(Data);
                else _several.Add(Data);
                Data = Value.Of(_several);
            }
            if (item.IsArray) _several.AddItems(item);
            else _several.Add(item);
        }
    }
}
