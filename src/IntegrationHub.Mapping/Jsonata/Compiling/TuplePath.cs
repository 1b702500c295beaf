using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;
using Tuple = IntegrationHub.Mapping.Jsonata.Running.Tuple;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>The part of a path from its first binding (@ # %) on: every item carries what was bound on its way.</summary>
internal sealed class TuplePath
{
    private readonly Layout _layout = new();
    private readonly Step[] _steps;
    private readonly Grouping? _group;
    private readonly bool _handsOn;
    private readonly bool _keeps;

    public TuplePath(Compiler compiler, PathNode path, int from, CompileScope scope)
    {
        Names.DeclareTuples(_layout, path);
        Names.Declare(_layout, [.. path.Steps[from..]]);
        var inner = new CompileScope(scope, _layout);
        _steps = [.. path.Steps[from..].Select(step => new Step(compiler, step, inner))];
        _group = path.Group is { } pairs ? new Grouping(compiler, pairs, inner) : null;
        _handsOn = path.IsTuple;
        _keeps = path.KeepsSingleton;
    }

    public Value Evaluate(Run run, Scope scope, in Value input, bool once)
    {
        var tuples = new List<Tuple>();
        if (once || !input.IsArray) tuples.Add(new Tuple(input, new Scope(scope, _layout)));
        else foreach (var item in input.Items()) tuples.Add(new Tuple(item, new Scope(scope, _layout)));
        var stream = new TupleStream(tuples);
        foreach (var step in _steps) stream = step.Apply(run, stream);
        if (_group is not null) return _group.Make(run, scope, stream, _layout);
        if (_handsOn) return Value.Of(stream);
        var contexts = ArrayValue.Sequence(stream.Tuples.Count);
        foreach (var tuple in stream.Tuples) contexts.Add(tuple.Context);
        contexts.KeepsSingleton = _keeps;
        return contexts.Collapse();
    }

    private sealed class Step
    {
        private readonly Op? _value;
        private readonly Sorting? _sort;
        private readonly int _focus;
        private readonly int _index;
        private readonly int _ancestor;
        private readonly (Filter? Filter, int Index)[] _stages;

        public Step(Compiler compiler, Node node, CompileScope scope)
        {
            if (node is SortNode sort) _sort = new Sorting(compiler, sort, scope);
            else _value = compiler.Nested(node, scope);
            _focus = Slot(scope, node.Focus);
            _index = Slot(scope, node.Index);
            _ancestor = Slot(scope, node.Ancestor?.Label);
            _stages = [.. (node.Stages ?? []).Select(stage =>
                (stage.Filter is { } filter ? Filter.One(compiler, filter, scope) : null, Slot(scope, stage.Index)))];
        }

        public TupleStream Apply(Run run, TupleStream stream)
        {
            var result = _sort is null ? Mapped(run, stream) : Sorted(run, stream);
            foreach (var (filter, index) in _stages)
            {
                if (filter is not null)
                {
                    result = filter.Apply(run, result);
                    continue;
                }
                for (var i = 0; i < result.Tuples.Count; i++) result.Tuples[i].Scope.Set(index, Value.Of(i));
            }
            return result;
        }

        private static int Slot(CompileScope scope, string? name) => name is null ? -1 : scope.Layout.Slot(name);

        private TupleStream Sorted(Run run, TupleStream stream)
        {
            var sorted = _sort!.Apply(run, stream);
            if (_index < 0) return sorted;
            return new TupleStream([.. sorted.Tuples.Select((tuple, i) =>
            {
                var scope = tuple.Scope.Clone();
                scope.Set(_index, Value.Of(i));
                return new Tuple(tuple.Context, scope);
            })]);
        }

        private TupleStream Mapped(Run run, TupleStream stream)
        {
            var mapped = new List<Tuple>(stream.Tuples.Count);
            foreach (var tuple in stream.Tuples)
            {
                run.Step();
                var value = _value!(run, tuple.Scope, tuple.Context);
                if (value.IsUndefined) continue;
                var index = 0;
                if (value.Tuples is { } inner)
                {
                    foreach (var each in inner.Tuples) mapped.Add(Next(tuple, each.Context, index++, each.Scope));
                }
                else if (value.IsArray)
                {
                    foreach (var item in value.Items()) mapped.Add(Next(tuple, item, index++, null));
                }
                else
                {
                    mapped.Add(Next(tuple, value, 0, null));
                }
                run.Count(mapped.Count);
            }
            return new TupleStream(mapped);
        }

        private Tuple Next(Tuple tuple, in Value item, int index, Scope? handedOn)
        {
            var scope = tuple.Scope.Clone();
            if (handedOn is not null) TakeOver(scope, handedOn);
            if (_focus >= 0) scope.Set(_focus, item);
            if (_index >= 0) scope.Set(_index, Value.Of(index));
            if (_ancestor >= 0) scope.Set(_ancestor, tuple.Context);
            return new Tuple(_focus >= 0 ? tuple.Context : item, scope);
        }

        // A nested path's bindings are seen by the steps after it.
        private static void TakeOver(Scope scope, Scope inner)
        {
            for (var slot = 0; slot < inner.Layout.Count; slot++)
            {
                var own = scope.Layout.Slot(inner.Layout[slot]);
                if (own >= 0 && !inner.Get(slot).IsUnset) scope.Set(own, inner.Get(slot));
            }
        }
    }
}
