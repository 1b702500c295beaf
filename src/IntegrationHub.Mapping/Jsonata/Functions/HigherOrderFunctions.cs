using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Functions that take a function.</summary>
internal static class HigherOrderFunctions
{
    public static Builtin[] All { get; } =
    [
        new("map", "<af>", 2, Map),
        new("filter", "<af>", 2, Filter),
        new("single", "<af?>", 2, Single),
        new("reduce", "<afj?:j>", 3, Reduce),
        new("sift", "<o-f?:o>", 2, Sift),
        new("each", "<o-f:a>", 2, Each),
        new("sort", "<af?:a>", 2, Sort),
    ];

    private static Value Map(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var mapped = ArrayValue.Sequence();
        var function = arguments[1].Function!;
        var index = 0;
        foreach (var item in arguments[0].Items())
        {
            var result = function.InvokeOn(run, item, index++, arguments[0]);
            if (result.IsUndefined) continue;
            mapped.Add(result);
            run.Count(mapped.Count);
        }
        return Value.Of(mapped);
    }

    private static Value Filter(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var kept = ArrayValue.Sequence();
        var function = arguments[1].Function!;
        var index = 0;
        foreach (var item in arguments[0].Items())
        {
            if (Truth.Of(function.InvokeOn(run, item, index++, arguments[0]))) kept.Add(item);
        }
        return Value.Of(kept);
    }

    private static Value Single(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var found = default(Value);
        var any = false;
        var index = 0;
        foreach (var item in arguments[0].Items())
        {
            if (arguments[1].Function is { } function && !Truth.Of(function.InvokeOn(run, item, index++, arguments[0]))) continue;
            if (any) throw new JsonataException("D3138");
            any = true;
            found = item;
        }
        return any ? found : throw new JsonataException("D3139");
    }

    private static Value Reduce(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var function = arguments[1].Function!;
        if (function.Arity < 2) throw new JsonataException("D3050");
        var result = arguments[2];
        var index = 0;
        var given = Math.Min(function.Arity, 4);
        foreach (var item in arguments[0].Items())
        {
            run.Step();
            if (index++ == 0 && result.IsUndefined) result = item;
            else result = function.Invoke(run, ((ReadOnlySpan<Value>)[result, item, Value.Of(index - 1), arguments[0]])[..given],
                Value.Null);
        }
        return result;
    }

    private static Value Sift(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var kept = new ObjectValue();
        foreach (var (name, value) in arguments[0].Properties())
        {
            var holds = arguments[1].Function is not { } function || Truth.Of(OnProperty(run, function, name, value, arguments[0]));
            if (holds) kept.Set(name, value);
        }
        return kept.Count == 0 ? default : Value.Of(kept);
    }

    private static Value Each(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var results = ArrayValue.Sequence();
        foreach (var (name, value) in arguments[0].Properties())
        {
            var result = OnProperty(run, arguments[1].Function!, name, value, arguments[0]);
            if (!result.IsUndefined) results.Add(result);
        }
        return Value.Of(results);
    }

    private static Value OnProperty(Run run, Function function, string name, in Value value, in Value whole)
    {
        run.Step();
        var given = Math.Clamp(function.Arity, 1, 3);
        return function.Invoke(run, ((ReadOnlySpan<Value>)[value, Value.Of(name), whole])[..given], Value.Null);
    }

    private static Value Sort(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined || arguments[0].Count < 2) return arguments[0];
        var items = new Value[arguments[0].Count];
        var count = 0;
        foreach (var item in arguments[0].Items()) items[count++] = item;
        var function = arguments[1].Function;
        if (function is null) RefuseUnsortable(items);
        var sorted = Sequences.Sort(run, items, function is null ? IsAfter : (a, b) => Truth.Of(function.Invoke(run, [a, b], Value.Null)));
        return Value.Of(ArrayValue.Of(sorted));
    }

    private static bool IsAfter(Value a, Value b) => a.IsNumber ? a.Number > b.Number : string.CompareOrdinal(a.Text, b.Text) > 0;

    private static void RefuseUnsortable(Value[] items)
    {
        if (items[0].Kind is not (Kind.Number or Kind.Text) || Array.Exists(items, item => item.Kind != items[0].Kind))
            throw new JsonataException("D3070");
        for (var i = 0; i < items.Length && items[i].IsText; i++) items[i] = Value.Of(items[i].Text);
    }
}
