using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;
using Tuple = IntegrationHub.Mapping.Jsonata.Running.Tuple;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>^( terms ): the first term that differs decides. A term is evaluated once an item, when it is first asked for.</summary>
internal sealed class Sorting(Compiler compiler, SortNode node, CompileScope scope)
{
    private readonly (Op Key, bool Descends)[] _terms =
        [.. node.Terms.Select(term => (compiler.Compile(term.Expression, scope), term.Descends))];

    public ArrayValue Apply(Run run, Scope at, ArrayValue items)
    {
        if (items.Count < 2) return items;
        var keyed = new Keyed[items.Count];
        for (var i = 0; i < keyed.Length; i++) keyed[i] = new Keyed(items[i], at, i, _terms.Length);
        var sorted = new ArrayValue(items.Count);
        foreach (var item in Sequences.Sort(run, keyed, (a, b) => IsAfter(run, a, b))) sorted.Add(item.Context);
        return sorted;
    }

    public TupleStream Apply(Run run, TupleStream stream)
    {
        var keyed = stream.Tuples.Select((tuple, i) => new Keyed(tuple.Context, tuple.Scope, i, _terms.Length)).ToArray();
        return new TupleStream([.. Sequences.Sort(run, keyed, (a, b) => IsAfter(run, a, b)).Select(item => stream.Tuples[item.Place])]);
    }

    private bool IsAfter(Run run, Keyed a, Keyed b)
    {
        for (var term = 0; term < _terms.Length; term++)
        {
            var left = a.Key(run, _terms[term].Key, term);
            var right = b.Key(run, _terms[term].Key, term);
            if (left.IsUndefined || right.IsUndefined)
            {
                if (left.IsUndefined && right.IsUndefined) continue;
                // What is undefined comes last, whichever way the others go.
                return left.IsUndefined;
            }
            var order = Compare(left, right);
            if (order != 0) return order > 0 != _terms[term].Descends;
        }
        return false;
    }

    private int Compare(in Value left, in Value right)
    {
        if (!IsSortable(left) || !IsSortable(right)) throw new JsonataException("T2008", node.Position);
        if (left.Kind != right.Kind) throw new JsonataException("T2007", node.Position);
        return left.IsNumber ? left.Number.CompareTo(right.Number) : string.CompareOrdinal(left.Text, right.Text);
    }

    private static bool IsSortable(in Value value) => value.Kind is Kind.Number or Kind.Text;

    private sealed class Keyed(Value context, Scope scope, int place, int terms)
    {
        private readonly Value?[] _keys = new Value?[terms];

        public Value Context => context;

        public int Place => place;

        public Value Key(Run run, Op key, int term) => _keys[term] ??= Decoded(key(run, scope, context));

        // Compared many times: decode a text of the input once.
        private static Value Decoded(in Value key) => key.IsText ? Value.Of(key.Text) : key;
    }
}
