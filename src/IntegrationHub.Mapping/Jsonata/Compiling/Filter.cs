using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>A predicate: an index, several indexes, or a condition on each item.</summary>
internal sealed class Filter
{
    private readonly Op? _condition;
    private readonly double _index;

    private Filter(Compiler compiler, Node filter, CompileScope scope)
    {
        if (filter is NumberNode { Stages: null, Group: null } number) _index = Math.Floor(number.Number);
        else _condition = compiler.Compile(filter, scope);
    }

    public static Filter[] All(Compiler compiler, List<Stage>? stages, CompileScope scope) =>
        [.. (stages ?? []).Where(stage => stage.Filter is not null).Select(stage => One(compiler, stage.Filter!, scope))];

    public static Filter One(Compiler compiler, Node filter, CompileScope scope) => new(compiler, filter, scope);

    /// <returns>A sequence that is not collapsed yet, or the array that an index picked; undefined stays undefined.</returns>
    public Value Apply(Run run, Scope scope, in Value value)
    {
        if (value.IsUndefined) return default;
        var count = value.IsArray ? value.Count : 1;
        if (_condition is null) return At(value, count);
        var kept = ArrayValue.Sequence();
        if (!value.IsArray)
        {
            if (Holds(_condition(run, scope, value), 0, 1)) kept.Add(value);
            return Value.Of(kept);
        }
        var index = 0;
        foreach (var item in value.Items())
        {
            run.Step();
            if (Holds(_condition(run, scope, item), index++, count)) kept.Add(item);
        }
        return Value.Of(kept);
    }

    public TupleStream Apply(Run run, TupleStream stream)
    {
        var tuples = stream.Tuples;
        var kept = new List<Running.Tuple>();
        for (var i = 0; i < tuples.Count; i++)
        {
            run.Step();
            var holds = _condition is null
                ? IsIndex(_index, i, tuples.Count)
                : Holds(_condition(run, tuples[i].Scope, tuples[i].Context), i, tuples.Count);
            if (holds) kept.Add(tuples[i]);
        }
        return new TupleStream(kept);
    }

    private Value At(in Value value, int count)
    {
        var index = _index < 0 ? _index + count : _index;
        if (!(index >= 0 && index < count)) return default;
        var item = value.IsArray ? value.Item((int)index) : value;
        return item.IsArray ? item : Value.Of(ArrayValue.Sequence(item));
    }

    private static bool Holds(in Value result, int index, int count)
    {
        if (result.IsNumber) return IsIndex(result.Number, index, count);
        if (!result.IsArray || result.Count == 0) return Truth.Of(result);
        var any = false;
        foreach (var item in result.Items())
        {
            if (!item.IsNumber) return Truth.Of(result);
            any |= IsIndex(item.Number, index, count);
        }
        return any;
    }

    private static bool IsIndex(double number, int index, int count)
    {
        var whole = Math.Floor(number);
        return (whole < 0 ? whole + count : whole) == index;
    }
}
