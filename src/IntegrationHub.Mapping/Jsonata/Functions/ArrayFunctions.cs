using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Functions on arrays that take no function.</summary>
internal static class ArrayFunctions
{
    public static Builtin[] All { get; } =
    [
        new("append", "<xx:a>", 2, Append),
        new("reverse", "<a:a>", 1, Reverse),
        new("shuffle", "<a:a>", 1, Shuffle),
        new("distinct", "<x:x>", 1, Distinct),
        new("zip", "<a+>", 0, Zip),
    ];

    private static Value Append(Run run, ReadOnlySpan<Value> arguments)
    {
        var count = Count(arguments[0]) + (long)Count(arguments[1]);
        run.Count(count);
        run.Steps(count);
        return Sequences.Append(arguments[0], arguments[1]);
    }

    private static int Count(in Value value) => value.IsArray ? value.Count : 1;

    private static Value Reverse(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined || arguments[0].Count < 2) return arguments[0];
        var items = Copy(run, arguments[0]);
        items.AsSpan().Reverse();
        return Value.Of(items);
    }

    private static Value Shuffle(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined || arguments[0].Count < 2) return arguments[0];
        var items = Copy(run, arguments[0]);
        run.Random.Shuffle(items.AsSpan());
        return Value.Of(items);
    }

    private static ArrayValue Copy(Run run, in Value array)
    {
        run.Steps(array.Count);
        var items = new ArrayValue(array.Count);
        items.AddItems(array);
        return items;
    }

    private static Value Distinct(Run run, ReadOnlySpan<Value> arguments)
    {
        if (!arguments[0].IsArray || arguments[0].Count < 2) return arguments[0];
        var kept = new ArrayValue { IsSequence = arguments[0].IsSequence };
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<double>();
        var others = new List<Value>();
        foreach (var item in arguments[0].Items())
        {
            run.Step();
            var isNew = item.Kind switch
            {
                Kind.Text => texts.Add(item.Text),
                Kind.Number => numbers.Add(item.Number),
                _ => IsNew(run, others, item),
            };
            if (isNew) kept.Add(item);
        }
        return Value.Of(kept);
    }

    private static bool IsNew(Run run, List<Value> others, in Value item)
    {
        foreach (var other in others)
        {
            run.Step();
            if (Equality.Of(other, item)) return false;
        }
        others.Add(item);
        return true;
    }

    private static Value Zip(Run run, ReadOnlySpan<Value> arguments)
    {
        var length = int.MaxValue;
        foreach (var array in arguments) length = Math.Min(length, array.IsUndefined ? 0 : array.Count);
        var zipped = new ArrayValue();
        for (var i = 0; i < length && arguments.Length > 0; i++)
        {
            run.Steps(arguments.Length);
            var tuple = new ArrayValue(arguments.Length);
            foreach (var array in arguments) tuple.Add(array.Item(i));
            zipped.Add(Value.Of(tuple));
        }
        return Value.Of(zipped);
    }
}
