using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>Functions on objects that take no function.</summary>
internal static class ObjectFunctions
{
    public static Builtin[] All { get; } =
    [
        new("keys", "<x-:a<s>>", 1, Keys),
        new("lookup", "<x-s:x>", 2, (run, a) => a[1].IsUndefined ? default : Navigation.Lookup(run, a[0], new PropertyName(a[1].Text))),
        new("spread", "<x-:a<o>>", 1, Spread),
        new("merge", "<a<o>:o>", 1, Merge),
        new("clone", "<(oa)-:o>", 1, (run, a) => Clone(run, a[0])),
    ];

    /// <summary>A deep copy whose objects and arrays may be changed.</summary>
    public static Value Clone(Run run, in Value value)
    {
        run.Step();
        Run.GuardStack();
        if (value.IsArray)
        {
            var array = new ArrayValue(value.Count);
            foreach (var item in value.Items()) array.Add(Clone(run, item));
            return Value.Of(array);
        }
        if (!value.IsObject) return value;
        var copy = new ObjectValue();
        foreach (var (name, property) in value.Properties()) copy.Set(name, Clone(run, property));
        return Value.Of(copy);
    }

    private static Value Keys(Run run, ReadOnlySpan<Value> arguments)
    {
        var keys = ArrayValue.Sequence();
        Collect(run, arguments[0], keys, new HashSet<string>(StringComparer.Ordinal));
        return Value.Of(keys);
    }

    private static void Collect(Run run, in Value value, ArrayValue keys, HashSet<string> seen)
    {
        Run.GuardStack();
        if (value.IsArray)
        {
            foreach (var item in value.Items()) Collect(run, item, keys, seen);
        }
        if (!value.IsObject) return;
        foreach (var (name, _) in value.Properties())
        {
            run.Step();
            if (seen.Add(name)) keys.Add(Value.Of(name));
        }
    }

    private static Value Spread(Run run, ReadOnlySpan<Value> arguments)
    {
        if (!arguments[0].IsArray && !arguments[0].IsObject) return arguments[0];
        var spread = ArrayValue.Sequence();
        AddSpread(run, arguments[0], spread);
        return Value.Of(spread);
    }

    private static void AddSpread(Run run, in Value value, ArrayValue spread)
    {
        Run.GuardStack();
        if (value.IsArray)
        {
            foreach (var item in value.Items()) AddSpread(run, item, spread);
            return;
        }
        if (!value.IsObject)
        {
            spread.Add(value);
            return;
        }
        foreach (var (name, property) in value.Properties())
        {
            run.Step();
            var single = new ObjectValue(1);
            single.Add(name, property);
            spread.Add(Value.Of(single));
            run.Count(spread.Count);
        }
    }

    private static Value Merge(Run run, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].IsUndefined) return default;
        var merged = new ObjectValue();
        foreach (var item in arguments[0].Items())
        {
            foreach (var (name, value) in item.Properties())
            {
                run.Step();
                merged.Set(name, value);
            }
        }
        return Value.Of(merged);
    }
}
